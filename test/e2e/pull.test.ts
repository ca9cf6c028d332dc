import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import t from "tap";
import { aBerth } from "../support/berth.ts";
import { aForeignRegistry, LOGIN } from "../support/foreign-registry.ts";
import { idOf, script, tasksOf } from "../support/tasks.ts";

const berth = await aBerth(t);
const tasks = tasksOf(berth.ecs);
const registry = await aForeignRegistry(t);
const { docker } = berth.engine;
const image = await registry.publish(docker, "berth/busybox:latest", "shop/web");
t.teardown(() => docker.getImage(image).remove());

t.test("an image of another registry is pulled by the engine, and the pull is told while it goes on", async (t) => {
  const task = await tasks.run([script("echo pulled; exit 6", { image })]);
  const progress = await fetch(`${berth.url}/api/tasks/${idOf(task)}/progress`, {
    headers: { authorization: `Bearer ${berth.keys.apiToken}` },
  });
  // The stream ends by itself when the task runs, or has run already.
  t.match(await progress.text(), /Pulling from shop\/web[\s\S]*"status":"(RUNNING|STOPPED)"/);
  t.match(await tasks.stopped(task), { containers: [{ exitCode: 6 }] });
  t.strictSame(await berth.logs(task.taskArn!), ["pulled"]);
});

t.test("a task tells when its image was pulled and which it is", async (t) => {
  const task = await tasks.stopped(await tasks.run([script("exit 0", { image })]));
  t.ok(task.pullStartedAt! <= task.pullStoppedAt!);
  t.match(task.containers?.[0]?.imageDigest, /^sha256:[0-9a-f]{64}$/);
});

t.test("a registry that lets in not everybody is shown the secret that a container names", async (t) => {
  const closed = await aForeignRegistry(t, { closed: true });
  const hidden = await closed.publish(docker, "berth/busybox:latest", "shop/hidden");
  t.teardown(() => docker.getImage(hidden).remove());
  const { accessKeyId, secretAccessKey } = berth.keys;
  const credentials = { accessKeyId, secretAccessKey };
  const secrets = new SecretsManager({ endpoint: berth.url, region: "us-east-1", credentials });
  t.teardown(() => secrets.destroy());
  await secrets.createSecret({ Name: "registry", SecretString: JSON.stringify(LOGIN) });

  const refused = await tasks.stopped(await tasks.run([script("exit 0", { image: hidden })]));
  t.match(refused, { stopCode: "TaskFailedToStart", stoppedReason: /^CannotPullContainerError: .*(auth|denied)/ });
  const repositoryCredentials = { credentialsParameter: "registry" };
  const task = await tasks.run([script("exit 4", { image: hidden, repositoryCredentials })]);
  t.match(await tasks.stopped(task), { containers: [{ exitCode: 4 }] });
});

t.test("once its registry is gone the cached image serves, and one that was never pulled says why not", async (t) => {
  await registry.stop();
  const cached = await tasks.stopped(await tasks.run([script("exit 0", { image })]));
  t.match(cached, { stopCode: "EssentialContainerExited", containers: [{ exitCode: 0 }] });
  const missing = `${registry.address}/shop/never:1`;
  const refused = await tasks.stopped(await tasks.run([script("exit 0", { image: missing })]));
  t.match(refused, { stopCode: "TaskFailedToStart", stoppedReason: /^CannotPullContainerError: .*connection refused/ });
  t.equal(refused.containers?.[0]?.exitCode, undefined);
});
