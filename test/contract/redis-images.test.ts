import fc from "fast-check";
import t, { type Test } from "tap";
import { collectionStore, uploadHolds } from "../../src/adapters/redis/collection-store.ts";
import { changesOfEntry } from "../../src/adapters/redis/feed-entry.ts";
import { imageStore } from "../../src/adapters/redis/image-store.ts";
import { recordStore } from "../../src/adapters/redis/record-store.ts";
import type { RedisStore } from "../../src/adapters/redis/store.ts";
import { type RepositoryRecord, repositoryId, repositoryTerms, scopeTerm } from "../../src/ecr/model/repository.ts";
import { APP, anImage, aRepository, digestOf } from "../support/images.ts";
import { aRedis, aStore } from "../support/redis.ts";

const server = await aRedis(t);

/** The stores, with the repository `app`, and a push as the wing makes it. */
const aRegistry = async (store: RedisStore, repository: RepositoryRecord = aRepository()) => {
  const images = imageStore(store);
  const repositories = recordStore<RepositoryRecord>(store, "repository");
  await repositories.create(repositoryId(repository), repository, repositoryTerms(repository));
  const put = (image: ReturnType<typeof anImage>, tag?: string, isImmutable = false, version = 1) =>
    images.put({ repository, version, image, isImmutable, ...(tag !== undefined && { tag }) });
  return { images, repositories, collection: collectionStore(store), put };
};

const feedOf = async ({ redis }: RedisStore, kind: string): Promise<string[]> => {
  const changes = (await redis.xrange("berth:feed", "-", "+")).flatMap(changesOfEntry);
  return changes.flatMap((change) =>
    change.kind === kind ? [[change.verb, change.facts.tag ?? ""].join(" ").trim()] : [],
  );
};

t.test("a pushed image reads back with its tags, and its push is told once", async (t) => {
  const store = await aStore(t, server);
  const { images, put } = await aRegistry(store);
  const image = anImage("a", { annotations: { "org.example.note": "ünïcode" }, artifactMediaType: "x/y" });
  t.strictSame(await put(image, "2"), { type: "put", isNew: true });
  t.strictSame(await put(image, "1"), { type: "put", isNew: false });
  t.strictSame(await put(image, "1"), { type: "same" });
  t.strictSame(await images.list(APP), [{ ...image, tags: ["1", "2"] }]);
  t.equal(await images.resolve(APP, "1"), image.digest);
  t.equal(await images.resolve(APP, image.digest), image.digest);
  t.equal(await images.resolve(APP, digestOf("other")), undefined);
  t.strictSame(await feedOf(store, "image"), ["pushed 2", "pushed 1"]);
});

t.test("a tag that moves leaves its old image untagged", async (t) => {
  const { images, put } = await aRegistry(await aStore(t, server));
  const [a, b] = [anImage("a"), anImage("b")];
  await put(a, "latest");
  t.strictSame(await put(b, "latest"), { type: "put", isNew: true, untagged: a.digest });
  t.strictSame(
    new Map((await images.list(APP)).map(({ digest, tags }) => [digest, tags])),
    new Map([
      [a.digest, []],
      [b.digest, ["latest"]],
    ]),
  );
});

t.test("of 20 pushes of one immutable tag at once one wins, and the others learn whose it is", async (t) => {
  const store = await aStore(t, server);
  const { put, images } = await aRegistry(store);
  const rival = imageStore(await aStore(t, server, { empty: false }));
  const outcomes = await Promise.all(
    Array.from({ length: 20 }, (_, i) => {
      const image = anImage(`image ${i}`);
      return i % 2
        ? put(image, "v1", true)
        : rival.put({ repository: APP, version: 1, image, tag: "v1", isImmutable: true });
    }),
  );
  const winner = await images.resolve(APP, "v1");
  t.equal(outcomes.filter(({ type }) => type === "put").length, 1);
  t.strictSame(
    outcomes.filter(({ type }) => type !== "put"),
    Array.from({ length: 19 }, () => ({ type: "tag-exists", digest: winner })),
  );
  t.equal((await images.list(APP)).length, 1, "and the losers' images are not there");
  t.strictSame(await put(anImage(`nobody`), "v1", false, 2), { type: "stale" }, "nor under another version's rule");
});

t.test("an index needs its images, and they cannot go before it", async (t) => {
  const { images, put } = await aRegistry(await aStore(t, server));
  const [amd, arm] = [anImage("amd64"), anImage("arm64")];
  const index = anImage("index", { blobs: [], children: [amd.digest, arm.digest] });
  await put(amd);
  t.strictSame(await put(index, "1"), { type: "missing", digest: arm.digest });
  await put(arm);
  t.match(await put(index, "1"), { type: "put" });
  t.strictSame(await images.remove(APP, { digest: amd.digest }, 5), { type: "referenced", by: [index.digest] });
  t.match(await images.remove(APP, { tag: "1" }, 6), { type: "removed", isGone: true });
  t.match(await images.remove(APP, { digest: amd.digest }, 7), { type: "removed", isGone: true });
});

t.test("a tag goes alone while there are others, and the image with its last", async (t) => {
  const store = await aStore(t, server);
  const { images, put, collection } = await aRegistry(store);
  const image = anImage("a");
  for (const tag of ["1", "2", "3"]) await put(image, tag);
  t.strictSame(await images.remove(APP, { tag: "2", digest: digestOf("b") }, 5), { type: "not-found" });
  const removed = { type: "removed", digest: image.digest };
  t.strictSame(await images.remove(APP, { tag: "2" }, 5), { ...removed, isGone: false, tags: ["2"] });
  t.strictSame(await images.remove(APP, { digest: image.digest }, 6), { ...removed, isGone: true, tags: ["1", "3"] });
  t.strictSame(await images.remove(APP, { tag: "1" }, 7), { type: "not-found" });
  t.strictSame((await feedOf(store, "image")).slice(3), ["deleted 2", "deleted 1", "deleted 3"]);
  t.strictSame(await collection.doomed(), [{ repository: APP, digest: image.digest }]);
  await put(image, "again");
  t.strictSame(await collection.doomed(), [], "what is pushed again is not collected");
});

t.test("a tag and a digest of two images do not agree", async (t) => {
  const { images, put } = await aRegistry(await aStore(t, server));
  await put(anImage("a"), "1");
  await put(anImage("b"), "2");
  t.strictSame(await images.remove(APP, { tag: "1", digest: digestOf("b") }, 5), { type: "mismatch" });
});

t.test("an image that got another tag meanwhile is not what was to be removed", async (t) => {
  const { images, put } = await aRegistry(await aStore(t, server));
  await put(anImage("a"), "old");
  await put(anImage("a"), "production");
  const id = { digest: digestOf("a") };
  t.strictSame(await images.remove(APP, id, 5, ["old"]), { type: "changed" });
  t.strictSame(await images.remove(APP, id, 5, []), { type: "changed" });
  t.strictSame(await images.remove(APP, id, 5, ["old", "other"]), { type: "changed" });
  t.match(await images.remove(APP, id, 5, ["production", "old"]), { type: "removed", isGone: true });
});

t.test("what refers to an image is found by it, also before it is there, until it goes", async (t) => {
  const { images, put } = await aRegistry(await aStore(t, server));
  const signature = anImage("signature", { subject: digestOf("a"), artifactMediaType: "application/x.signature" });
  await put(signature);
  t.strictSame(await images.referrers(APP, digestOf("a")), [signature]);
  await images.remove(APP, { digest: signature.digest }, 5);
  t.strictSame(await images.referrers(APP, digestOf("a")), []);
});

t.test("a pull is recorded, never back in time, and only of what is there", async (t) => {
  const { images, put } = await aRegistry(await aStore(t, server));
  await put(anImage("a"));
  t.equal(await images.recordPull(APP, digestOf("a"), 50), true);
  t.equal(await images.recordPull(APP, digestOf("a"), 40), true);
  t.equal(await images.recordPull(APP, digestOf("b"), 40), false);
  t.match(await images.list(APP), [{ pulledAt: 50 }]);
});

t.test("a repository with images goes only by force, and nothing is left of it", async (t) => {
  const store = await aStore(t, server);
  const { images, repositories, put, collection } = await aRegistry(store);
  await put(anImage("a"), "1");
  await put(anImage("b", { subject: digestOf("a") }));
  t.equal(await images.removeRepository(APP, false, 5), "not-empty");
  t.equal(await images.removeRepository(APP, true, 6), "removed");
  t.equal(await images.removeRepository(APP, true, 7), "not-found");
  t.strictSame([await repositories.find([]), await repositories.find([scopeTerm(APP)])], [[], []]);
  t.strictSame([await images.list(APP), await images.tags(APP)], [[], []]);
  t.equal((await collection.doomed()).length, 2);
  t.strictSame(await feedOf(store, "repository"), ["created", "removed"]);
  t.strictSame(await put(anImage("late"), "1"), { type: "stale" }, "a push that comes too late makes no image");
  const kept = ["berth:doomed-manifests", "berth:feed"];
  t.strictSame((await store.redis.keys("berth:*")).sort(), kept);
});

t.test("a manifest that was announced and never named is left for the collection", async (t) => {
  const { images, put, collection } = await aRegistry(await aStore(t, server));
  const nested = { ...APP, name: "team/app" };
  await images.announce(nested, digestOf("a"));
  t.strictSame(await collection.doomed(), [{ repository: nested, digest: digestOf("a") }]);
  await collection.forgetDoomed({ repository: nested, digest: digestOf("a") });
  await put(anImage("a"));
  await images.announce(APP, digestOf("a"));
  t.strictSame(await collection.doomed(), [], "nor is one that is an image already");
});

t.test("a collection waits for uploads under way and keeps new ones out", async (t) => {
  const holds = uploadHolds(await aStore(t, server));
  t.equal(await holds.take("one", 100, 200), true);
  t.equal(await holds.close("c1", 110, 300), true);
  t.equal(await holds.close("c2", 110, 300), false, "one collection at a time");
  t.equal(await holds.take("two", 120, 220), false);
  t.equal(await holds.take("one", 150, 250), true, "what holds already is renewed");
  t.equal(await holds.held(249), 1);
  t.equal(await holds.held(250), 0, "a dead control plane's holds expire");
  await holds.reopen("c2");
  t.equal(await holds.take("two", 260, 400), false);
  await holds.reopen("c1");
  t.equal(await holds.take("two", 260, 400), true);
  await holds.release("two");
  t.equal(await holds.held(261), 0);
  t.equal(await holds.close("c3", 270, 300), true);
  t.equal(await holds.take("three", 301, 400), true, "a dead collection keeps nobody out for ever");
});

const NAMES = ["a", "b", "c", "d"];
const TAGS = ["1", "2", "3"];
type Step =
  | { readonly do: "put"; readonly name: string; readonly tag?: string; readonly immutable: boolean }
  | { readonly do: "remove"; readonly name?: string; readonly tag?: string };

const name = fc.constantFrom(...NAMES);
const tag = fc.constantFrom(...TAGS);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record(
    { do: fc.constant("put" as const), name, tag, immutable: fc.boolean() },
    { requiredKeys: ["do", "name", "immutable"] },
  ),
  fc.record({ do: fc.constant("remove" as const), name }),
  fc.record({ do: fc.constant("remove" as const), tag }),
);

/** `d` is an index of `a`. The plainest registry there is: a map of tags and a set of images. */
const reference = () => {
  const present = new Set<string>();
  const tagged = new Map<string, string>();
  const tagsOf = (image: string) => [...tagged].filter(([, of]) => of === image).map(([one]) => one);
  return {
    present,
    tagged,
    tagsOf,
    apply(one: Step): string {
      if (one.do === "put") {
        const holder = one.tag === undefined ? undefined : tagged.get(one.tag);
        if (one.immutable && holder !== undefined && holder !== one.name) return "tag-exists";
        if (present.has(one.name) && (one.tag === undefined || holder === one.name)) return "same";
        if (one.name === "d" && !present.has("d") && !present.has("a")) return "missing";
        present.add(one.name);
        if (one.tag !== undefined) tagged.set(one.tag, one.name);
        return "put";
      }
      const image = one.tag === undefined ? one.name : tagged.get(one.tag);
      if (image === undefined || !present.has(image)) return "not-found";
      const goes = one.tag === undefined ? tagsOf(image) : [one.tag];
      const isGone = one.tag === undefined || tagsOf(image).length === 1;
      if (isGone && image === "a" && present.has("d")) return "referenced";
      for (const tag of goes) tagged.delete(tag);
      if (isGone) present.delete(image);
      return "removed";
    },
  };
};

t.test("whatever is pushed and removed, the store says what a map of tags would", async (t: Test) => {
  const store = await aStore(t, server);
  const imageNamed = (one: string) => anImage(one, one === "d" ? { blobs: [], children: [digestOf("a")] } : {});
  const nameOf = new Map(NAMES.map((one) => [digestOf(one), one]));
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      await store.redis.flushall();
      const { images, put } = await aRegistry(store);
      const plain = reference();
      for (const one of steps) {
        const { type } =
          one.do === "put"
            ? await put(imageNamed(one.name), one.tag, one.immutable)
            : await images.remove(APP, { digest: one.name && digestOf(one.name), tag: one.tag }, 5);
        t.equal(type, plain.apply(one), JSON.stringify(one));
      }
      const found = (await images.list(APP)).map(({ digest, tags }) => [nameOf.get(digest), ...tags].join(" "));
      const wanted = [...plain.present].map((one) => [one, ...plain.tagsOf(one).sort()].join(" "));
      t.strictSame(found.sort(), wanted.sort());
      t.strictSame(await images.tags(APP), [...plain.tagged.keys()].sort());
    }),
    { numRuns: 40 },
  );
});
