import t from "tap";
import { aRegistry } from "../support/registry.ts";
import { script, tasksOf } from "../support/tasks.ts";
import { until } from "../support/until.ts";

t.setTimeout(600_000);
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

t.test("what the engine has of that name is not run for another account's image", async (t) => {
  const name = `${host}/app:cached`;
  await images.derive(name, "berth/busybox:latest", "of this account");
  t.teardown(() => images.forget(name));
  const stopped = async (image: string) => tasks.stopped(await tasks.run([script("cat /said", { image })]));
  t.match((await stopped(name)).containers, [{ exitCode: 0 }], "the registry does not have it, the engine has");
  t.match(
    (await stopped("111122223333.dkr.ecr.us-east-1.amazonaws.com/app:cached")).stoppedReason,
    /^CannotPullContainerError: .*'app' does not exist in the registry with id '111122223333'/,
  );
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

/** A folder to build, different from every other one so that nobody else's build is a cache for it. */
const built = t.testdir({
  Dockerfile:
    'FROM berth/busybox\nARG WORD\nCOPY . /made\nRUN echo "$WORD" >/said\nCMD ["sh", "-c", "cat /said; ls -A /made"]\n',
  ".dockerignore": "left-out\n",
  "left-out": "",
  "of.txt": berth.installation,
});

/** Runs `berth build`, and has what it made taken off the engine with the test. */
const build = async (name: string, word: string) => {
  const ended = await berth.cli("build", built, "-t", name, "--build-arg", `WORD=${word}`, "--json");
  if (ended.code !== 0) return { ...ended, digest: "" };
  const { image, digest, imageId } = JSON.parse(ended.stdout) as Record<"image" | "digest" | "imageId", string>;
  t.teardown(() => images.forget(imageId));
  t.equal(image, `${host}/${name}`);
  return { ...ended, digest };
};

t.test("berth build makes the repository, pushes an image and prints the name that a task runs it by", async (t) => {
  const { digest, stderr } = await build("team/built:1", "hello");
  t.match(stderr, /^Step 1\/5 : FROM berth\/busybox$/m);
  t.match(stderr, /^made the repository team\/built$/m);
  t.strictSame(await listed("team/built"), { [digest]: ["1"] });
  const ran = await berth.cli("run", "--wait", `${host}/team/built:1`);
  t.match(ran, { code: 0, stdout: "hello\n.dockerignore\nDockerfile\nof.txt\n" });
  t.match((await berth.cli("images", "team/built:1")).stdout, /^layer 3 +sha256:/m);
});

t.test("a build that fails leaves no repository, and ends with the engine's words and 1", async (t) => {
  const folder = t.testdir({ Dockerfile: "FROM berth/busybox\nRUN exit 3\n" });
  const { code, stdout, stderr } = await berth.cli("build", folder, "-t", "team/failed");
  t.match({ code, stdout }, { code: 1, stdout: "" });
  t.match(stderr, /^berth: The command '\/bin\/sh -c exit 3' returned a non-zero code: 3$/m);
  await t.rejects(listed("team/failed"), { name: "RepositoryNotFoundException" });
});

t.test("berth build is refused an immutable tag, and berth images expire carries a policy out", async (t) => {
  const repositoryName = "team/kept";
  const { digest: first } = await build(`${repositoryName}:1`, "first");
  await ecr.putImageTagMutability({ repositoryName, imageTagMutability: "IMMUTABLE" });
  const refused = await build(`${repositoryName}:1`, "second");
  t.equal(refused.code, 1);
  t.match(refused.stderr, /^berth: tag invalid: .*'1' already exists .*immutable$/m);
  const { digest: second } = await build(`${repositoryName}:2`, "second");

  const selection = { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 1 };
  const policy = { rules: [{ rulePriority: 1, selection, action: { type: "expire" } }] };
  await ecr.putLifecyclePolicy({ repositoryName, lifecyclePolicyText: JSON.stringify(policy) });
  const preview = await berth.cli("images", "expire", "--preview", repositoryName);
  t.match(preview.stdout, /^1 +sha256:.* would expire +1 .*\n2 +sha256:.* would stay +1 /m);
  t.same(Object.keys(await listed(repositoryName)).sort(), [first, second].sort());
  t.match((await berth.cli("images", "expire", repositoryName)).stdout, "1 of 2 images expired.");
  t.strictSame(await listed(repositoryName), { [second]: ["2"] });
});

t.test("the password that berth login prints opens the registry's door", async (t) => {
  const password = (await berth.cli("login", "--print")).stdout.trim();
  const knock = async (word: string) => {
    const authorization = `Basic ${Buffer.from(`AWS:${word}`).toString("base64")}`;
    return (await fetch(`http://${host}/v2/`, { headers: { authorization } })).status;
  };
  t.equal(await knock(password), 200);
  t.equal(await knock(`${password}x`), 401);
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
