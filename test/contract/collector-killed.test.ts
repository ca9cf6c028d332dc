import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { collectGarbage } from "../../src/adapters/distribution/collect.ts";
import { CHECKOUT } from "../support/control-plane.ts";
import { until } from "../support/until.ts";

const folder = await mkdtemp(join(tmpdir(), "berth-collector-"));
t.teardown(() => rm(folder, { recursive: true, force: true }));

/** A collector that does what the script says; it is called with `garbage-collect CONFIG`. */
const aCollector = async (name: string, script: string): Promise<string> => {
  const file = join(folder, name);
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
  return file;
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

t.test("a collector that fails is told with its words, one that ends well with none", async (t) => {
  const good = await aCollector("good", 'test "$1 $2" = "garbage-collect config.yml"');
  await collectGarbage({ program: good, config: "config.yml" });
  const bad = await aCollector("bad", "echo the disk is gone >&2; exit 3");
  const failing = collectGarbage({ program: bad, config: "config.yml" });
  await t.rejects(failing, { message: /ended with 3: the disk is gone/ });
  await t.rejects(collectGarbage({ program: join(folder, "nothing"), config: "config.yml" }));
});

t.test("a collector ends with the control plane that began it, also when that is killed", async (t) => {
  const pidFile = join(folder, "pid");
  const slow = await aCollector("slow", `echo $$ > ${pidFile}.new; mv ${pidFile}.new ${pidFile}; exec sleep 600`);
  const collect = join(CHECKOUT, "src/adapters/distribution/collect.ts");
  const program = JSON.stringify({ program: slow, config: "config.yml" });
  const code = `const { collectGarbage } = await import(${JSON.stringify(collect)}); await collectGarbage(${program});`;
  const plane = spawn(process.execPath, ["--import=tsx", "--input-type=module", "-e", code], {
    cwd: CHECKOUT,
    stdio: ["ignore", "inherit", "inherit"],
  });
  const pid = await until("the collector to run", async () => Number(await readFile(pidFile, "utf8")), isAlive);
  const ended = once(plane, "exit");
  plane.kill("SIGKILL");
  await ended;
  const isGone = await until(
    "the collector to end",
    async () => !isAlive(pid),
    (gone) => gone,
  );
  t.ok(isGone);
});
