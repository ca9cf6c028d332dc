import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import t from "tap";
import { bigBlob, pullBlob, pushBlob } from "../support/big-blob.ts";
import { aRegistry } from "../support/registry.ts";
import { basicAuth } from "../support/registry-client.ts";

const GIBIBYTE_IN_MIB = 1024;
const MAY_GROW_MIB = 64;

t.setTimeout(900_000);
const { berth, ecr, login } = await aRegistry(t);
await ecr.createRepository({ repositoryName: "big" });
const door = {
  at: { host: "127.0.0.1", port: berth.setting.registryPort },
  authorization: basicAuth(login.password),
  name: "big",
};

/** What the control plane's process holds in memory now, and held at most since it was last reset. */
const memoryMiB = async (): Promise<{ now: number; most: number }> => {
  const status = await readFile(`/proc/${berth.plane().pid}/status`, "utf8");
  const of = (member: string) => Number(new RegExp(`${member}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1024;
  return { now: of("VmRSS"), most: of("VmHWM") };
};

t.test("a gibibyte passes both ways through the door, and memory grows by less than 64 MiB", async (t) => {
  // Warm-up: what the process needs to work at all is not what a layer costs.
  const first = bigBlob(64);
  await pushBlob(door, first);
  await pullBlob(door, first);
  const before = await memoryMiB();
  const blob = bigBlob(GIBIBYTE_IN_MIB);
  await pushBlob(door, blob);
  const hash = createHash("sha256");
  t.equal(await pullBlob(door, blob, (part) => hash.update(part)), blob.bytes);
  t.equal(`sha256:${hash.digest("hex")}`, blob.digest, "byte for byte");
  const { now, most } = await memoryMiB();
  t.comment(`${before.now.toFixed(0)} MiB before, ${now.toFixed(0)} after, ${most.toFixed(0)} at most`);
  t.ok(most - before.now < MAY_GROW_MIB, `grew by ${(most - before.now).toFixed(1)} MiB at most`);
});
