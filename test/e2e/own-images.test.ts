import t from "tap";
import { aRegistry } from "../support/registry.ts";
import { script, tasksOf } from "../support/tasks.ts";
import { until } from "../support/until.ts";

t.setTimeout(180_000);
const { berth, host, ecr, images, login, listed } = await aRegistry(t);
const tasks = tasksOf(berth.ecs);
await ecr.createRepository({ repositoryName: "app" });
const HERE = "000000000000.dkr.ecr.us-east-1.amazonaws.com";

/** An image that runs as `berth/busybox` does and says `text`; pushed, and on no engine. Answers its digest. */
const publish = async (tag: string, text: string): Promise<string> => {
  const name = `${host}/app:${tag}`;
  await images.derive(name, "berth/busybox:latest", text);
  const digest = await images.push(name, login);
  await images.forget(name);
  return digest;
};

/** Takes off the engine what a task brought there. */
const forgetOn = async (digest: string): Promise<void> => {
  const path = `${host}/000000000000.us-east-1/app`;
  await berth.engine.clear();
  await images.forget(`${path}@${digest}`, `${host}/app@${digest}`, `${path}:${digest.replace(":", "-")}`);
};

t.test("a task runs an own image by each of its names, and tells the digest it was pushed with", async (t) => {
  const digest = await publish("1", "hello");
  for (const image of [
    `${host}/app:1`,
    `${HERE}/app:1`,
    `${host}/000000000000.us-east-1/app:1`,
    `${HERE}/app@${digest}`,
  ]) {
    const task = await tasks.run([script("cat /said; exit 4", { image })]);
    t.match(task.containers, [{ image, imageDigest: digest }], "known when it is placed");
    t.match(await tasks.stopped(task), { containers: [{ exitCode: 4, image, imageDigest: digest }] }, image);
    t.strictSame(await berth.logs(task.taskArn!), ["hello"]);
  }
  const { imageDetails = [] } = await ecr.describeImages({ repositoryName: "app" });
  t.ok(imageDetails[0]?.lastRecordedPullTime, "the engine pulled it");
});

t.test("what was placed runs what its tag named then, whatever it names later", async (t) => {
  const before = await publish("moving", "before");
  const task = await tasks.run([script("cat /said", { image: `${host}/app:moving` })]);
  const after = await publish("moving", "after");
  t.not(before, after);
  t.match(await tasks.stopped(task), { containers: [{ exitCode: 0, imageDigest: before }] });
  t.strictSame(await berth.logs(task.taskArn!), ["before"]);
});

t.test("a deleted image still runs where it is cached, and is told as missing where it is not", async (t) => {
  const digest = await publish("deleted", "cached");
  const family = await tasks.define([script("cat /said", { image: `${host}/app@${digest}` })]);
  const run = async () => tasks.stopped((await tasks.runMany(family))[0]!);
  t.match(await run(), { containers: [{ exitCode: 0 }] });
  await ecr.batchDeleteImage({ repositoryName: "app", imageIds: [{ imageDigest: digest }] });
  t.notOk((await listed("app"))[digest]);
  t.match(await run(), { containers: [{ exitCode: 0 }] }, "the engine has it");
  await forgetOn(digest);
  t.match(await run(), {
    stopCode: "TaskFailedToStart",
    stoppedReason: new RegExp(
      `^CannotPullContainerError: .*'app' in the registry .* has no image with digest '${digest}'`,
    ),
  });
});

t.test("a repository or tag that does not exist is told by name", async (t) => {
  const stopped = async (image: string) => tasks.stopped(await tasks.run([script("true", { image })]));
  t.match((await stopped(`${host}/nothing:1`)).stoppedReason, /repository with name 'nothing' does not exist/);
  t.match((await stopped(`${HERE}/app:never`)).stoppedReason, /has no image with tag 'never'/);
});

t.test("base images are read from the registry under any account and region", async (t) => {
  await until(
    "the base image to be in the registry",
    () => listed("berth/busybox"),
    (all) => Object.values(all).flat().includes("latest"),
  );
  const image = "111111111111.dkr.ecr.eu-west-1.amazonaws.com/berth/busybox";
  const task = await tasks.stopped(await tasks.run([script("exit 3", { image })]));
  t.match(task, { containers: [{ exitCode: 3, imageDigest: Object.keys(await listed("berth/busybox"))[0] }] });
});

t.test("while its registry is away a task runs what the engine has, and says so of what it has not", async (t) => {
  const [cached, other] = [await publish("kept", "kept"), await publish("lost", "lost")];
  const run = async (digest: string) =>
    tasks.stopped(await tasks.run([script("cat /said", { image: `${host}/app@${digest}` })]));
  t.match(await run(cached), { containers: [{ exitCode: 0 }] });
  await berth.distribution!.kill();
  t.match(await run(cached), { containers: [{ exitCode: 0 }] });
  await forgetOn(other);
  t.match((await run(other)).stoppedReason, /^CannotPullContainerError: .*registry behind Berth's does not answer/s);
  await berth.distribution!.start();
  t.match(await run(other), { containers: [{ exitCode: 0 }] });
});
