/**
 * What Berth's registry costs over the Distribution behind it: MiB a second of one large layer, up and down, through Berth's door and to a
 * Distribution of the same kind that listens on a port itself, in turns in the same run.
 *
 *   npm run bench -- registry          more may be asked: npm run bench -- registry --rounds 9 --mebibytes 512
 */
import { parseArgs } from "node:util";
import { type BigBlob, bigBlob, pullBlob, pushBlob, type RegistryAt } from "../test/support/big-blob.ts";
import { aForeignRegistry } from "../test/support/foreign-registry.ts";
import { aRegistry } from "../test/support/registry.ts";
import { basicAuth } from "../test/support/registry-client.ts";
import { spreadLine, spreadOf, verdict } from "./launch/figures.ts";
import { asOwner } from "./owner.ts";

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "5" }, mebibytes: { type: "string", default: "256" } },
});
const ROUNDS = Number(values.rounds);
const MEBIBYTES = Number(values.mebibytes);
const AIM = { least: 0.7 };

type Way = (registry: RegistryAt, blob: BigBlob) => Promise<unknown>;

/** MiB a second. */
const rate = async (way: Way, registry: RegistryAt, blob: BigBlob): Promise<number> => {
  const before = performance.now();
  await way(registry, blob);
  return MEBIBYTES / ((performance.now() - before) / 1000);
};

const report = (name: string, berth: readonly number[], straight: readonly number[]): void => {
  console.log(`${name}, ${MEBIBYTES} MiB, ${ROUNDS} rounds in turns`);
  console.log(spreadLine("through Berth", berth, "MiB/s", 0));
  console.log(spreadLine("Distribution alone", straight, "MiB/s", 0));
  console.log(`  ratio of the medians      ${verdict(spreadOf(berth).median / spreadOf(straight).median, AIM)}`);
};

await asOwner(async (owner) => {
  const { berth, ecr, login } = await aRegistry(owner);
  await ecr.createRepository({ repositoryName: "bench" });
  const door: RegistryAt = {
    at: { host: "127.0.0.1", port: berth.setting.registryPort },
    authorization: basicAuth(login.password),
    name: "bench",
  };
  const plain = await aForeignRegistry(owner);
  const distribution: RegistryAt = { at: { host: "127.0.0.1", port: plain.port }, name: "bench" };
  const up: [number[], number[]] = [[], []];
  const down: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [index, registry] of [door, distribution].entries()) {
      const blob = bigBlob(MEBIBYTES);
      up[index]!.push(await rate(pushBlob, registry, blob));
      down[index]!.push(await rate(pullBlob, registry, blob));
    }
    console.error(`round ${round + 1} of ${ROUNDS}`);
  }
  report("Upload", ...up);
  report("Download", ...down);
});
