import { existsSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { thisSystem } from "./advice.mjs";
import { lastLines, run } from "./run.mjs";
import { SetupError, say } from "./say.mjs";
import { which } from "./which.mjs";

const POLICY = "/usr/sbin/policy-rc.d";
const SAVED_POLICY = "/usr/sbin/policy-rc.d.before-berth";
const OURS =
  "#!/bin/sh\n# Written by Berth while it installs packages, so that they start no service; removed right after.\nexit 101\n";

/** The services that these packages would start now and at every boot. Berth runs its own instances instead. */
const UNITS_BY_PACKAGE = /** @type {Record<string, string[]>} */ ({
  "docker.io": ["docker.service", "docker.socket"],
  containerd: ["containerd.service"],
  "redis-server": ["redis-server.service"],
  "docker-registry": ["docker-registry.service"],
  "openssh-server": ["ssh.service", "ssh.socket"],
});

/** Whether packages can be installed here without asking anyone. */
export const canInstall = () => thisSystem() === "debian" && process.getuid?.() === 0 && which("apt-get") !== undefined;

/**
 * Installs Debian or Ubuntu packages without letting them start anything, now or at the next boot.
 * @param {readonly string[]} wanted
 */
export async function aptInstall(wanted) {
  const packages = await missingOf(wanted);
  if (packages.length === 0) return;
  say(`Installing ${packages.join(", ")} (apt-get) …`);
  const silenced = await missingOf(Object.keys(UNITS_BY_PACKAGE));
  await withoutServices(async () => {
    const first = await apt("install", ...packages);
    if (first.code === 0) return;
    // A machine that never fetched its package lists, or long ago, knows no (or only withdrawn) packages.
    await apt("update");
    const second = await apt("install", ...packages);
    if (second.code !== 0)
      throw new SetupError(`apt-get install ${packages.join(" ")} failed:\n${lastLines(second.output, 10)}`);
  });
  const systemctl = which("systemctl");
  const units = silenced
    .filter((name) => packages.includes(name) || name === "containerd")
    .flatMap((name) => UNITS_BY_PACKAGE[name] ?? []);
  if (systemctl) for (const unit of units) await run(systemctl, ["disable", "--quiet", unit]);
}

/** @param {...string} words */
export const apt = (...words) =>
  run("apt-get", ["-y", "-q", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300", ...words], {
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });

/**
 * A name that this release does not have is left out: docker-cli is a package of its own only in newer ones.
 * @param {string} name
 */
export async function isKnownPackage(name) {
  const shown = await run("apt-cache", ["show", "--no-all-versions", name]);
  return shown.code === 0 && shown.stdout.trim() !== "";
}

/** @param {readonly string[]} names */
async function missingOf(names) {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the format language of dpkg-query
  const query = await run("dpkg-query", ["-W", "-f", "${Package} ${db:Status-Status}\n", ...names]);
  const installed = new Set(
    query.stdout
      .split("\n")
      .filter((line) => line.endsWith(" installed"))
      .map((line) => line.split(" ")[0]),
  );
  return names.filter((name) => !installed.has(name));
}

/** @param {() => Promise<void>} work */
async function withoutServices(work) {
  // A saved policy that is still here was left by an installation that was killed: it is the true one.
  if (existsSync(POLICY) && !existsSync(SAVED_POLICY)) renameSync(POLICY, SAVED_POLICY);
  writeFileSync(POLICY, OURS, { mode: 0o755 });
  const restore = () => {
    rmSync(POLICY, { force: true });
    if (existsSync(SAVED_POLICY)) renameSync(SAVED_POLICY, POLICY);
  };
  const interrupted = () => {
    restore();
    process.exit(130);
  };
  process.once("SIGINT", interrupted).once("SIGTERM", interrupted);
  try {
    await work();
  } finally {
    process.off("SIGINT", interrupted).off("SIGTERM", interrupted);
    restore();
  }
}
