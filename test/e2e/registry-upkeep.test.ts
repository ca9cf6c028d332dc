import t from "tap";
import { eventsUntil } from "../support/events.ts";
import { aRegistry } from "../support/registry.ts";
import { until } from "../support/until.ts";

// One image's whole life: pushed by docker, expired by its policy, told as EventBridge tells it, its bytes freed and counted.

t.setTimeout(600_000);
const { host, berth, ecr, images, login, client } = await aRegistry(t);

t.test("a policy expires what docker pushed, events tell it, and its space is freed", async (t) => {
  await ecr.createRepository({ repositoryName: "team/aging" });
  const name = (tag: string) => `${host}/team/aging:${tag}`;
  await images.make(name("v1"));
  const old = await images.push(name("v1"), login);
  await images.make(name("v2"));
  const young = await images.push(name("v2"), login);
  const lifecyclePolicyText = JSON.stringify({
    rules: [
      {
        rulePriority: 1,
        selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 1 },
        action: { type: "expire" },
      },
    ],
  });
  await ecr.putLifecyclePolicy({ repositoryName: "team/aging", lifecyclePolicyText });

  const run = await berth.api<{ images: { imageDigest: string; expired: boolean; reason: string }[] }>(
    "/ecr/repositories/team%2Faging/lifecycle-run",
    { method: "POST" },
  );
  const verdictOf = (digest: string) => run.images.find(({ imageDigest }) => imageDigest === digest);
  t.match(verdictOf(old), { expired: true, reason: "it is number 2 of 2 from the newest, and 1 are kept" });
  t.match(verdictOf(young), { expired: false });
  const { imageIds } = await ecr.listImages({ repositoryName: "team/aging" });
  t.strictSame(imageIds, [{ imageDigest: young, imageTag: "v2" }]);

  const events = await eventsUntil(berth, ({ detail }) => detail["action-type"] === "DELETE");
  const told = events
    .filter((event) => event["detail-type"] === "ECR Image Action" && event.detail["repository-name"] === "team/aging")
    .map(({ detail }) => `${detail["action-type"]} ${detail["image-tag"]} ${detail["image-digest"]}`);
  t.strictSame(told, [`PUSH v1 ${old}`, `PUSH v2 ${young}`, `DELETE v1 ${old}`]);

  // The run has woken a collection of its own; whichever comes second finds nothing left to do.
  await berth.api("/ecr/collect", { method: "POST" });
  t.equal((await client.ask("GET", `/v2/team/aging/manifests/${old}`)).status, 404);
  await images.forget(name("v1"), name("v2"));
  await images.pull(name("v2"), login);
  const headers = { authorization: `Bearer ${berth.keys.apiToken}` };
  await until(
    "a collection to be counted",
    async () => (await fetch(`${berth.url}/metrics`, { headers })).text(),
    (metrics) => /^berth_registry_held_seconds_count\{phase="all"\} [1-9]/m.test(metrics),
  );
});
