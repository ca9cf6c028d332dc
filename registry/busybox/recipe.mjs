import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isStaticProgram } from "../../scripts/images/elf.mjs";
import { tarOf } from "../../scripts/images/tar.mjs";
import { apt, canInstall } from "../../scripts/setup/apt.mjs";
import { run } from "../../scripts/setup/run.mjs";
import { SetupError } from "../../scripts/setup/say.mjs";
import { which } from "../../scripts/setup/which.mjs";

// One statically linked program that is a whole userland: the smallest image in which a task can do something.
export const tag = "berth/busybox:latest";
export const publicImage = "busybox:latest";
export const config = { Cmd: ["sh"], Env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"] };

const ETC = fileURLToPath(new URL("rootfs/etc", import.meta.url));
const FOLDERS = ["bin/", "etc/", "home/", "root/", "usr/", "usr/bin/", "var/"];

/** @param {string} work */
export async function sources(work) {
  const installed = process.platform === "linux" ? which("busybox") : undefined;
  if (installed && isStaticProgram(installed)) return [installed];
  const kept = join(work, "busybox-static");
  if (process.platform === "linux" && which("apt-get") && which("dpkg-deb") && !(await isUsable(kept)))
    await fetchProgram(work, kept);
  return (await isUsable(kept)) ? [kept] : undefined;
}

/** @param {string[]} sources */
export async function layers([program]) {
  const path = /** @type {string} */ (program);
  const applets = await run(path, ["--list"]);
  if (applets.code !== 0) throw new SetupError(`${path} --list failed: ${applets.output}`);
  const names = applets.stdout.split("\n").filter((name) => name !== "" && name !== "busybox");
  return [
    tarOf([
      ...FOLDERS.map((folder) => ({ path: folder })),
      { path: "tmp/", mode: 0o1777 },
      { path: "bin/busybox", content: readFileSync(path), mode: 0o755 },
      ...names.map((name) => ({ path: `bin/${name}`, linkTo: "busybox" })),
      // Scripts say #!/usr/bin/env.
      { path: "usr/bin/env", linkTo: "../../bin/busybox" },
      ...readdirSync(ETC).map((name) => ({ path: `etc/${name}`, content: readFileSync(join(ETC, name)) })),
    ]),
  ];
}

/** @param {string} path */
const isUsable = async (path) => (await run(path, ["--list"])).code === 0;

/**
 * Takes the program out of Debian's package without installing it, which needs no root.
 * @param {string} work
 * @param {string} target
 */
async function fetchProgram(work, target) {
  const folder = mkdtempSync(join(work, "fetch-"));
  try {
    const download = () => run("apt-get", ["-q", "download", "busybox-static"], { cwd: folder });
    if ((await download()).code !== 0 && canInstall()) {
      await apt("update");
      await download();
    }
    const archive = readdirSync(folder).find((name) => name.endsWith(".deb"));
    if (archive === undefined) return;
    await run("dpkg-deb", ["-x", archive, "."], { cwd: folder });
    for (const place of ["bin", "usr/bin"]) {
      const program = join(folder, place, "busybox");
      if (await isUsable(program)) renameSync(program, target);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
