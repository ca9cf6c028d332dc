import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { folderBuckets } from "../../src/adapters/files/buckets.ts";
import { launchLookups } from "../../src/ecs/index.ts";
import { parseEnvironmentFile } from "../../src/ecs/model/environment-file.ts";
import { parseSecretSource } from "../../src/ecs/model/secret-source.ts";
import { validateTaskDefinition } from "../../src/ecs/model/validate-task-definition.ts";
import { clusterId } from "../../src/fleet/index.ts";
import { registryOf } from "../../src/fleet/model/image-reference.ts";
import { StoreUnavailableError } from "../../src/kernel/errors.ts";
import { ParameterNotFound } from "../../src/secrets/model/parameter-errors.ts";
import { ResourceNotFoundException } from "../../src/secrets/model/secret-errors.ts";

const HOME = { account: "111122223333", region: "us-east-1" };
const CLUSTER = clusterId(HOME, "default");
const SECRET = "arn:aws:secretsmanager:us-east-1:111122223333:secret:login-AbCdEf";

t.test("a valueFrom names a parameter, or a secret with its key, stage and version", async (t) => {
  t.same(parseSecretSource("/db/host", HOME), { kind: "parameter", scope: HOME, reference: "/db/host" });
  t.match(parseSecretSource("arn:aws:ssm:eu-west-1:111122223333:parameter/db/host", HOME), {
    kind: "parameter",
    scope: { ...HOME, region: "eu-west-1" },
  });
  t.same(parseSecretSource(SECRET, HOME), { kind: "secret", scope: HOME, id: SECRET, version: {} });
  t.same(parseSecretSource(`${SECRET}:user::`, HOME), {
    kind: "secret",
    scope: HOME,
    id: SECRET,
    jsonKey: "user",
    version: {},
  });
  t.match(parseSecretSource(`${SECRET}::AWSPREVIOUS:`, HOME), { version: { stage: "AWSPREVIOUS" } });
  t.match(parseSecretSource(`${SECRET}:user::v1`, HOME), { jsonKey: "user", version: { id: "v1" } });
  for (const none of [`${SECRET}:a:b:c:d`, "arn:aws:s3:::x", SECRET.replace("1111", "9999")])
    t.equal(parseSecretSource(none, HOME), undefined, none);
});

t.test("an environment file is read as ECS reads it", async (t) => {
  const text = '# a comment\r\nA=1\r\nQUOTED="two words" \nURL=http://x/?a=b\n\nno assignment\n=x\n #B=2\nEMPTY=';
  t.same(parseEnvironmentFile(text), {
    A: "1",
    QUOTED: '"two words" ',
    URL: "http://x/?a=b",
    " #B": "2",
    EMPTY: "",
  });
});

t.test("a folder plays a bucket, and nothing outside it is in it", async (t) => {
  const root = t.testdir({ env: { "web.env": "A=1", sub: { "b.env": "B=2" } }, "outside.env": "SECRET=1" });
  symlinkSync(join(root, "outside.env"), join(root, "env", "link.env"));
  mkdirSync(join(root, "env", "folder.env"));
  const buckets = folderBuckets({ conf: join(root, "env") });
  t.same(await buckets.read("conf", "sub/b.env"), { type: "found", text: "B=2" });
  for (const key of ["gone.env", "../outside.env", "link.env", "folder.env", "web.env/x.env"])
    t.match(await buckets.read("conf", key), { type: "missing", why: /^NoSuchKey: / }, key);
  for (const bucket of ["other", "constructor"])
    t.match(await buckets.read(bucket, "web.env"), { type: "missing", why: /^NoSuchBucket: / }, bucket);
});

t.test("what a container is given from elsewhere", async (t) => {
  const root = t.testdir({ "one.env": "A=one\nB=one", "two.env": "A=two\nC=two\nD=two" });
  const values = {
    parameter: async (_: object, name: string) => {
      if (name === "/away") throw new StoreUnavailableError();
      if (name === "/gone") throw new ParameterNotFound(`Parameter ${name} not found.`);
      return `value of ${name}`;
    },
    secret: async (_: object, id: string) => {
      if (id === "broken") return "no JSON";
      if (id !== SECRET) throw new ResourceNotFoundException();
      return JSON.stringify({ username: "u", password: "p", port: 5432 });
    },
  };
  const { environment, registryLogin } = launchLookups(values, folderBuckets({ conf: root }));
  const secret = (from: string) => environment(CLUSTER, { environment: {}, secrets: [{ name: "S", from }] });
  const files = (...names: string[]) => names.map((name) => `arn:aws:s3:::conf/${name}`);

  t.same(
    await environment(CLUSTER, {
      environment: { D: "own", E: "own" },
      environmentFiles: files("one.env", "two.env"),
      secrets: [
        { name: "P", from: "/p" },
        { name: "W", from: SECRET },
        { name: "N", from: `${SECRET}:port::` },
      ],
    }),
    {
      A: "one",
      B: "one",
      C: "two",
      D: "own",
      E: "own",
      P: "value of /p",
      W: JSON.stringify({ username: "u", password: "p", port: 5432 }),
      N: "5432",
    },
    "the first file that has a variable gives it, and the container's own wins",
  );
  const gone = "arn:aws:secretsmanager:us-east-1:111122223333:secret:gone-AbCdEf";
  const unpulled =
    "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed";
  const failures: [Promise<unknown>, string][] = [
    [secret("/gone"), `${unpulled}: unable to retrieve secrets from ssm: invalid ssm parameters: /gone`],
    [
      secret(`${gone}:a::`),
      `${unpulled}: unable to retrieve secret from asm: failed to fetch secret ${gone} from secrets manager: ResourceNotFoundException: Secrets Manager can't find the specified secret.`,
    ],
    [secret(`${SECRET}:none::`), "retrieved secret from Secrets Manager did not contain json key none"],
    [secret("arn:aws:ssm:us-east-1:999999999999:parameter/x"), "no parameter and no secret of account 111122223333"],
    [
      environment(CLUSTER, { environment: {}, environmentFiles: ["arn:aws:s3:::other/x.env"] }),
      "ResourceInitializationError: failed to download env files: file download command: non empty error stream: NoSuchBucket: The specified bucket does not exist",
    ],
    [registryLogin(CLUSTER, "broken"), "secret broken is no JSON with username and password"],
  ];
  for (const [asked, words] of failures) {
    const error = await asked.then(
      () => undefined,
      (thrown: Error) => thrown,
    );
    t.equal(error?.name, "ResourceInitializationError");
    t.ok(error?.message.includes(words), `${error?.message} has ${words}`);
  }
  await t.rejects(
    secret("/away"),
    { message: /Redis does not answer/ },
    "a store that is away is no reason to give up",
  );
  t.same(await registryLogin(CLUSTER, SECRET), { username: "u", password: "p" });
});

t.test("an engine knows a registry's login by the registry's name, and Docker Hub's by an address", async (t) => {
  t.equal(registryOf("registry.example.com:5000/team/app:1"), "registry.example.com:5000");
  t.equal(registryOf("localhost/app"), "localhost");
  for (const image of ["app:1", "team/app", "docker.io/team/app"])
    t.equal(registryOf(image), "https://index.docker.io/v1/", image);
});

t.test("what is wrong about secrets and files is told when the definition is registered", async (t) => {
  const register = (container: object, executionRoleArn?: string) => () =>
    validateTaskDefinition({
      family: "f",
      containerDefinitions: [{ name: "web", image: "x", memory: 64, ...container }],
      ...(executionRoleArn && { executionRoleArn }),
    });
  const secrets = [{ name: "A", valueFrom: "/a" }];
  const wrong: [object, RegExp][] = [
    [{ secrets: [{ name: "", valueFrom: "/a" }] }, /Secret.name should not be null or empty/],
    [{ secrets: [{ name: "A", valueFrom: "" }] }, /Secret.valueFrom should not be null or empty/],
    [{ secrets, environment: [{ name: "A", value: "1" }] }, /must be unique and not shared with any.*such as 'A'/],
    [{ secrets: [...secrets, ...secrets] }, /must be unique/],
    [{ secrets: [{ name: "A", valueFrom: "arn:aws:s3:::b/k" }] }, /is no ARN of Systems Manager or Secrets Manager/],
    [{ environmentFiles: [{ type: "s3", value: "arn:aws:s3:::b/k.txt" }] }, /name ends with .env/],
    [{ environmentFiles: [{ type: "s3", value: "b/k.env" }] }, /ARN of an object/],
    [{ secrets }, /must also specify a value for 'executionRoleArn'/],
  ];
  for (const [container, message] of wrong)
    t.throws(register(container), { code: "ClientException", message }, message.source);
  t.doesNotThrow(register({ secrets }, "arn:aws:iam::111122223333:role/execution"));
});
