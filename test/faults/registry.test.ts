import { randomBytes } from "node:crypto";
import { truncate } from "node:fs/promises";
import { join } from "node:path";
import t from "tap";
import { spawnControlPlane } from "../support/control-plane.ts";
import { aRegistry } from "../support/registry.ts";
import { digestOf } from "../support/registry-client.ts";
import { until } from "../support/until.ts";

t.setTimeout(600_000);
const { berth, ecr, client, listed } = await aRegistry(t);
const distribution = berth.distribution!;
for (const repositoryName of ["steps", "killed", "away", "torn"]) await ecr.createRepository({ repositoryName });

/** An image of one layer of random bytes, as it is to arrive. */
interface Parcel {
  readonly repository: string;
  readonly tag: string;
  readonly layer: Buffer;
}
const parcel = (repository: string, tag: string): Parcel => ({ repository, tag, layer: randomBytes(100_000) });

/** Pushes it whole; throws where any step of it was not acknowledged. Answers the acknowledged digest. */
const push = async ({ repository, tag, layer }: Parcel): Promise<string> => {
  const config = `{"about":"${tag}"}`;
  const type = "application/vnd.oci.image";
  const manifest = JSON.stringify({
    schemaVersion: 2,
    config: {
      mediaType: `${type}.config.v1+json`,
      digest: await client.upload(config, repository),
      size: config.length,
    },
    layers: [{ mediaType: `${type}.layer.v1.tar`, digest: await client.upload(layer, repository), size: layer.length }],
  });
  const answer = await client.put(repository, tag, manifest);
  if (answer.status !== 201) throw new Error(`${answer.status} ${answer.bytes}`);
  return digestOf(manifest);
};
const pushUntilAcknowledged = (one: Parcel): Promise<string> =>
  until(
    `${one.tag} to be acknowledged`,
    () => push(one),
    () => true,
  );

/** What a client gets that pulls the tag. */
const pull = async ({ repository, tag }: Parcel): Promise<Buffer> => {
  const { status, bytes } = await client.ask("GET", `/v2/${repository}/manifests/${tag}`);
  if (status !== 200) throw new Error(`${tag}: ${status} ${bytes}`);
  const manifest = JSON.parse(String(bytes));
  return (await client.ask("GET", `/v2/${repository}/blobs/${manifest.layers[0].digest}`)).bytes;
};

t.test("a control plane that dies between the steps of a push lists nothing half", async (t) => {
  await berth.plane().kill();
  const points = ["blob-before-finish", "manifest-before-kept", "manifest-kept", "manifest-named"];
  const parcels = points.map((point) => parcel("steps", point));
  for (const one of parcels) {
    const plane = await spawnControlPlane({ ...berth.setting, failpoints: `registry.${one.tag}=crash` });
    t.teardown(() => plane.kill());
    await until(
      `the control plane to die at ${one.tag}`,
      async () => {
        await push(one).catch(() => {});
        return Promise.race([plane.gone, "alive"]);
      },
      (gone) => gone === "SIGKILL",
    );
  }
  await berth.start();
  t.strictSame(Object.values(await listed("steps")), [["manifest-named"]], "all of it is there, or none");
  for (const one of parcels) {
    await push(one);
    t.ok((await pull(one)).equals(one.layer), `${one.tag}, pushed again`);
  }
});

t.test(
  "what a control plane acknowledged before it was killed among pushes is there, the rest arrives again",
  async (t) => {
    const parcels = Array.from({ length: 20 }, (_, index) => parcel("killed", `p${index}`));
    const acknowledged = new Map<string, string>();
    const pushing = parcels.map((one) =>
      push(one).then(
        (digest) => {
          acknowledged.set(one.tag, digest);
          if (acknowledged.size === 5) void berth.plane().kill();
        },
        () => {},
      ),
    );
    await Promise.all(pushing);
    await berth.start();
    const tags = Object.entries(await listed("killed"));
    for (const [tag, digest] of acknowledged)
      t.ok(
        tags.some(([listedDigest, names]) => listedDigest === digest && names.includes(tag)),
        `${tag} was acknowledged`,
      );
    for (const [, [tag]] of tags) {
      const one = parcels.find((some) => some.tag === tag)!;
      t.ok((await pull(one)).equals(one.layer), `${tag} is listed, so it is whole`);
    }
    await Promise.all(parcels.map(pushUntilAcknowledged));
    for (const one of parcels) t.ok((await pull(one)).equals(one.layer), one.tag);
  },
);

t.test("pushes go on when Distribution is killed among them and comes back", async (t) => {
  const parcels = Array.from({ length: 20 }, (_, index) => parcel("away", `p${index}`));
  let acknowledged = 0;
  let back: Promise<void> | undefined;
  const digests = await Promise.all(
    parcels.map(async (one) => {
      const digest = await pushUntilAcknowledged(one);
      acknowledged += 1;
      if (acknowledged === 5) back = distribution.kill().then(distribution.start);
      return digest;
    }),
  );
  await back;
  t.strictSame(
    await listed("away"),
    Object.fromEntries(digests.map((digest, index) => [digest, [parcels[index]!.tag]])),
  );
  for (const one of parcels) t.ok((await pull(one)).equals(one.layer), one.tag);
});

t.test(
  "a manifest that Distribution had opened and not written when it was killed is whole once it is pushed again",
  async (t) => {
    const one = parcel("torn", "p");
    const digest = (await push(one)).slice("sha256:".length);
    await distribution.kill();
    await truncate(join(distribution.data, "docker/registry/v2/blobs/sha256", digest.slice(0, 2), digest, "data"));
    await distribution.start();
    await push(one);
    t.ok((await pull(one)).equals(one.layer));
  },
);
