import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { SSM } from "@aws-sdk/client-ssm";
import t from "tap";
import { aSecretsWorld } from "../support/secrets-world.ts";
import { aWire, USER } from "./support/a-wire.ts";

const NOON = Date.UTC(2026, 10, 24, 12);
const DAY = 86_400_000;
const REGION = "us-east-1";
const ACCOUNT = "111122223333";
const TOKENS = ["1", "2", "3", "4"].map((digit) => digit.repeat(32));

t.test("Parameter Store and Secrets Manager as AWS's own clients meet them", async (t) => {
  const world = await aSecretsWorld(t, NOON);
  const wire = await aWire(t, { services: [world.wing.parameterStore, world.wing.secretsManager] });
  const options = { ...wire.client, region: REGION };
  const ssm = new SSM(options);
  const secrets = new SecretsManager(options);
  const elsewhere = new SSM({ ...options, region: "eu-west-1" });
  t.teardown(() => {
    for (const client of [ssm, secrets, elsewhere]) client.destroy();
  });

  await t.test("a parameter is put, got, overwritten and deleted", async (t) => {
    const arn = `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter/db/host`;
    t.match(await ssm.putParameter({ Name: "/db/host", Value: "one", Type: "String", Description: "where" }), {
      Version: 1,
      Tier: "Standard",
    });
    await t.rejects(ssm.putParameter({ Name: "/db/host", Value: "two", Type: "String" }), {
      name: "ParameterAlreadyExists",
      message:
        "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
    });
    t.match(await ssm.putParameter({ Name: "/db/host", Value: "two", Overwrite: true }), { Version: 2 });
    t.match((await ssm.getParameter({ Name: "/db/host" })).Parameter, {
      Name: "/db/host",
      Type: "String",
      Value: "two",
      Version: 2,
      ARN: arn,
      DataType: "text",
      LastModifiedDate: new Date(NOON),
    });
    t.match((await ssm.getParameter({ Name: "/db/host:1" })).Parameter, { Value: "one", Selector: ":1" });
    t.equal((await ssm.getParameter({ Name: `${arn}:1` })).Parameter?.Value, "one");
    await t.rejects(ssm.getParameter({ Name: "/db/host:9" }), {
      name: "ParameterVersionNotFound",
      message: "Systems Manager could not find version 9 of /db/host. Verify the version and try again.",
    });
    await t.rejects(elsewhere.getParameter({ Name: "/db/host" }), { name: "ParameterNotFound" });
    t.match((await ssm.getParameterHistory({ Name: "/db/host" })).Parameters, [
      { Version: 1, Value: "one", Description: "where", LastModifiedUser: USER },
      { Version: 2, Value: "two", Description: "where" },
    ]);
    await ssm.deleteParameter({ Name: "/db/host" });
    await t.rejects(ssm.deleteParameter({ Name: "/db/host" }), { name: "ParameterNotFound" });
    t.match(await ssm.deleteParameters({ Names: ["/db/host"] }), { InvalidParameters: ["/db/host"] });
  });

  await t.test("a SecureString is told only to who asks for it", async (t) => {
    await ssm.putParameter({ Name: "/db/password", Value: "hunter2hunter2", Type: "SecureString" });
    const closed = await ssm.getParameter({ Name: "/db/password" });
    t.not(closed.Parameter?.Value, "hunter2hunter2");
    const open = await ssm.getParameter({ Name: "/db/password", WithDecryption: true });
    t.equal(open.Parameter?.Value, "hunter2hunter2");
    await t.rejects(ssm.putParameter({ Name: "/k", Value: "x", Type: "SecureString", KeyId: "alias/mine" }), {
      message: /'KeyId' other than alias\/aws\/ssm.*not built/,
      $metadata: { httpStatusCode: 501 },
    });
  });

  await t.test("what a parameter may not be is refused in AWS's words", async (t) => {
    const put = (more: object) => ssm.putParameter({ Name: "/p", Value: "v", Type: "String", ...more });
    const refusals: [object, string, RegExp][] = [
      [{ Type: undefined }, "ValidationException", /A parameter type is required when you create a parameter/],
      [{ Name: "a/b" }, "ValidationException", /Parameter name must be a fully qualified name/],
      [{ Name: "/aws/x" }, "ValidationException", /can't be prefixed with "aws" or "ssm"/],
      [{ Name: "/a b" }, "ValidationException", /sub-paths divided by slash symbol/],
      [{ Name: "/1".repeat(16) }, "HierarchyLevelLimitExceededException", /maximum of 15 levels/],
      [{ Value: "x".repeat(4097) }, "ValidationException", /Standard tier parameters support a maximum.*4096/],
      [{ Value: "x".repeat(8193), Tier: "Advanced" }, "ValidationException", /Advanced tier.*8192/],
      [{ AllowedPattern: "^\\d+$" }, "ParameterPatternMismatchException", /cannot be validated against allowedPattern/],
      [{ AllowedPattern: "(" }, "InvalidAllowedPatternException", /never closed/],
      [{ Overwrite: true, Tags: [{ Key: "a", Value: "b" }] }, "ValidationException", /can't be used together/],
      [{ Policies: "[]" }, "NotImplemented", /'Policies'/],
    ];
    for (const [more, name, message] of refusals) await t.rejects(put(more), { name, message }, message.source);
    t.match(await put({ Value: "x".repeat(4097), Tier: "Intelligent-Tiering" }), { Tier: "Advanced" });
    await t.rejects(put({ Overwrite: true, Tier: "Standard" }), { message: /can't downgrade/ });
    await t.rejects(put({ Overwrite: true, Type: "StringList" }), { name: "HierarchyTypeMismatchException" });
    await ssm.deleteParameter({ Name: "/p" });
  });

  await t.test("parameters are listed by path, by name and by tag", async (t) => {
    for (const name of ["/app/a", "/app/b", "/app/sub/c", "plain"])
      await ssm.putParameter({
        Name: name,
        Value: name,
        Type: "String",
        Tags: [{ Key: "team", Value: name.slice(-1) }],
      });
    const names = ({ Parameters = [] }: { Parameters?: { Name?: string | undefined }[] | undefined }) =>
      Parameters.map(({ Name }) => Name);
    t.same(names(await ssm.getParametersByPath({ Path: "/app" })), ["/app/a", "/app/b"]);
    const first = await ssm.getParametersByPath({ Path: "/app/", Recursive: true, MaxResults: 2 });
    const second = await ssm.getParametersByPath({ Path: "/app/", Recursive: true, NextToken: first.NextToken! });
    t.same([...names(first), ...names(second)], ["/app/a", "/app/b", "/app/sub/c"]);
    t.same(
      await ssm
        .getParameters({ Names: ["plain", "gone", "/app/a"] })
        .then((found) => [names(found), found.InvalidParameters]),
      [["/app/a", "plain"], ["gone"]],
    );
    const described = async (...ParameterFilters: { Key: string; Option?: string; Values?: string[] }[]) =>
      names(await ssm.describeParameters({ ParameterFilters }));
    t.same(await described({ Key: "Name", Option: "Contains", Values: ["pp/s"] }), ["/app/sub/c"]);
    t.same(await described({ Key: "Path", Option: "OneLevel", Values: ["/app"] }), ["/app/a", "/app/b"]);
    t.same(await described({ Key: "tag:team", Values: ["b"] }, { Key: "Type", Values: ["String"] }), ["/app/b"]);
    await t.rejects(described({ Key: "Label", Values: ["x"] }), { name: "InvalidFilterKey" });
    await t.rejects(described({ Key: "Type", Option: "Contains", Values: ["x"] }), { name: "InvalidFilterOption" });
    await t.rejects(ssm.describeParameters({ NextToken: "no" }), { name: "InvalidNextToken" });
  });

  await t.test("labels name versions, and move", async (t) => {
    for (const value of ["one", "two"])
      await ssm.putParameter({ Name: "/l", Value: value, Type: "String", Overwrite: true });
    t.match(await ssm.labelParameterVersion({ Name: "/l", ParameterVersion: 1, Labels: ["live", "aws-no"] }), {
      InvalidLabels: ["aws-no"],
      ParameterVersion: 1,
    });
    t.match((await ssm.getParameter({ Name: "/l:live" })).Parameter, { Value: "one", Selector: ":live" });
    await ssm.labelParameterVersion({ Name: "/l", Labels: ["live"] });
    t.equal((await ssm.getParameter({ Name: "/l:live" })).Parameter?.Value, "two");
    t.match(await ssm.unlabelParameterVersion({ Name: "/l", ParameterVersion: 2, Labels: ["live", "none"] }), {
      RemovedLabels: ["live"],
      InvalidLabels: ["none"],
    });
    await t.rejects(ssm.getParameter({ Name: "/l:live" }), { name: "ParameterVersionNotFound" });
  });

  await t.test("tags of parameters come and go", async (t) => {
    const resource = { ResourceType: "Parameter", ResourceId: "/l" } as const;
    await ssm.addTagsToResource({
      ...resource,
      Tags: [
        { Key: "a", Value: "1" },
        { Key: "b", Value: "" },
      ],
    });
    await ssm.removeTagsFromResource({ ...resource, TagKeys: ["a"] });
    t.same((await ssm.listTagsForResource(resource)).TagList, [{ Key: "b", Value: "" }]);
    await t.rejects(ssm.listTagsForResource({ ...resource, ResourceId: "/gone" }), { name: "InvalidResourceId" });
    await t.rejects(ssm.listTagsForResource({ ResourceType: "Document", ResourceId: "d" }), { name: "NotImplemented" });
  });

  await t.test("a secret is made, got by name and ARN, and its versions have stages", async (t) => {
    const made = await secrets.createSecret({
      Name: "db/login",
      SecretString: "first",
      ClientRequestToken: TOKENS[0]!,
    });
    t.match(made, { Name: "db/login", VersionId: TOKENS[0] });
    t.match(made.ARN, new RegExp(`^arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:db/login-[A-Za-z0-9]{6}$`));
    const again = await secrets.createSecret({
      Name: "db/login",
      SecretString: "first",
      ClientRequestToken: TOKENS[0]!,
    });
    t.equal(again.ARN, made.ARN, "the same request again is answered as the first");
    await t.rejects(secrets.createSecret({ Name: "db/login", SecretString: "other" }), {
      name: "ResourceExistsException",
      message: "The operation failed because the secret db/login already exists.",
    });

    const second = { SecretId: "db/login", SecretString: "second", ClientRequestToken: TOKENS[1]! };
    t.match(await secrets.putSecretValue(second), { VersionId: TOKENS[1], VersionStages: ["AWSCURRENT"] });
    await secrets.putSecretValue(second);
    await t.rejects(secrets.putSecretValue({ ...second, SecretString: "third" }), { name: "ResourceExistsException" });
    const get = async (more: object = {}) =>
      (await secrets.getSecretValue({ SecretId: made.ARN!, ...more })).SecretString;
    t.equal(await get(), "second");
    t.equal(await get({ VersionStage: "AWSPREVIOUS" }), "first");
    t.equal(await get({ VersionId: TOKENS[0] }), "first");
    t.equal(await get({ SecretId: made.ARN!.slice(0, -7) }), "second", "an ARN without its last characters");
    await t.rejects(get({ VersionId: TOKENS[0], VersionStage: "AWSCURRENT" }), { name: "InvalidRequestException" });
    await t.rejects(get({ VersionStage: "NONE" }), {
      name: "ResourceNotFoundException",
      message: "Secrets Manager can't find the specified secret value for staging label: NONE",
    });
    await t.rejects(get({ SecretId: "gone" }), {
      name: "ResourceNotFoundException",
      message: "Secrets Manager can't find the specified secret.",
    });

    await secrets.updateSecretVersionStage({
      SecretId: "db/login",
      VersionStage: "AWSCURRENT",
      RemoveFromVersionId: TOKENS[1]!,
      MoveToVersionId: TOKENS[0]!,
    });
    t.equal(await get(), "first");
    t.equal(await get({ VersionStage: "AWSPREVIOUS" }), "second");
    await t.rejects(
      secrets.updateSecretVersionStage({
        SecretId: "db/login",
        VersionStage: "AWSCURRENT",
        MoveToVersionId: TOKENS[1]!,
      }),
      { name: "InvalidParameterException", message: /explicitly reference that version in RemoveFromVersionId/ },
    );
    await secrets.updateSecret({
      SecretId: "db/login",
      SecretString: "third",
      Description: "login",
      ClientRequestToken: TOKENS[2]!,
    });
    t.match(await secrets.describeSecret({ SecretId: "db/login" }), {
      Description: "login",
      VersionIdsToStages: { [TOKENS[0]!]: ["AWSPREVIOUS"], [TOKENS[2]!]: ["AWSCURRENT"] },
    });
    const versions = async (IncludeDeprecated: boolean) =>
      (await secrets.listSecretVersionIds({ SecretId: "db/login", IncludeDeprecated })).Versions?.length;
    t.same([await versions(false), await versions(true)], [2, 3]);
  });

  await t.test("bytes come back as bytes", async (t) => {
    const bytes = new Uint8Array([0, 255, 1]);
    await secrets.createSecret({ Name: "bytes", SecretBinary: bytes });
    const { SecretBinary, SecretString } = await secrets.getSecretValue({ SecretId: "bytes" });
    t.same([...SecretBinary!], [...bytes]);
    t.notOk(SecretString);
    await t.rejects(secrets.putSecretValue({ SecretId: "bytes", SecretBinary: bytes, SecretString: "x" }), {
      name: "InvalidParameterException",
    });
    await t.rejects(secrets.putSecretValue({ SecretId: "bytes", SecretString: "x".repeat(65_537) }), {
      message: /Value '\*\*\*' at 'secretString' failed to satisfy constraint: Member must have length less/,
    });
  });

  await t.test("secrets are found by filters, in order, and several got at once", async (t) => {
    await secrets.createSecret({ Name: "web/key", SecretString: "k", Tags: [{ Key: "team", Value: "web" }] });
    const names = async (request: Parameters<typeof secrets.listSecrets>[0] & object) =>
      (await secrets.listSecrets(request)).SecretList?.map(({ Name }) => Name);
    t.same(await names({ SortBy: "name" }), ["bytes", "db/login", "web/key"]);
    t.same(await names({ SortBy: "name", SortOrder: "desc", MaxResults: 1 }), ["web/key"]);
    t.same(await names({ Filters: [{ Key: "name", Values: ["db/", "web"] }], SortBy: "name" }), [
      "db/login",
      "web/key",
    ]);
    t.same(await names({ Filters: [{ Key: "tag-value", Values: ["web"] }] }), ["web/key"]);
    t.same(await names({ Filters: [{ Key: "description", Values: ["LOG"] }] }), ["db/login"]);
    t.same(await names({ Filters: [{ Key: "all", Values: ["login"] }] }), ["db/login"]);
    t.same(await names({ Filters: [{ Key: "name", Values: ["!db/", "!bytes"] }] }), ["web/key"]);
    t.match(await secrets.batchGetSecretValue({ SecretIdList: ["web/key", "gone"] }), {
      SecretValues: [{ Name: "web/key", SecretString: "k" }],
      Errors: [{ SecretId: "gone", ErrorCode: "ResourceNotFoundException" }],
    });
    await secrets.untagResource({ SecretId: "web/key", TagKeys: ["team"] });
    await secrets.tagResource({ SecretId: "web/key", Tags: [{ Key: "stage", Value: "test" }] });
    t.same((await secrets.describeSecret({ SecretId: "web/key" })).Tags, [{ Key: "stage", Value: "test" }]);
  });

  await t.test("a deleted secret can be restored until its last day is over", async (t) => {
    const deletion = await secrets.deleteSecret({ SecretId: "web/key", RecoveryWindowInDays: 7 });
    t.same(deletion.DeletionDate, new Date(NOON + 7 * DAY));
    for (const ask of [
      () => secrets.getSecretValue({ SecretId: "web/key" }),
      () => secrets.createSecret({ Name: "web/key", SecretString: "x" }),
      () => secrets.deleteSecret({ SecretId: "web/key" }),
    ])
      await t.rejects(ask(), { name: "InvalidRequestException", message: /deletion/ });
    await secrets.restoreSecret({ SecretId: "web/key" });
    t.equal((await secrets.getSecretValue({ SecretId: "web/key" })).SecretString, "k");
    await t.rejects(secrets.deleteSecret({ SecretId: "web/key", RecoveryWindowInDays: 6 }), {
      name: "InvalidParameterException",
      message: "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).",
    });
    await secrets.deleteSecret({ SecretId: "web/key" });
    await secrets.deleteSecret({ SecretId: "bytes", ForceDeleteWithoutRecovery: true });
    await secrets.deleteSecret({ SecretId: "bytes", ForceDeleteWithoutRecovery: true });
    await world.clock.advance(30 * DAY);
    await t.rejects(secrets.describeSecret({ SecretId: "web/key" }), { name: "ResourceNotFoundException" });
    await world.wing.sweeps.forgetDeletedSecrets();
    t.same(
      (await world.deps.secrets.find([])).map((id) => id.split("/").slice(2).join("/")),
      ["db/login"],
    );
  });

  await t.test("passwords have what was asked for", async (t) => {
    const password = async (more: object) => (await secrets.getRandomPassword(more)).RandomPassword!;
    t.match(await password({ PasswordLength: 4 }), /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?=.*[^a-zA-Z\d]).{4}$/);
    t.match(
      await password({ ExcludePunctuation: true, ExcludeNumbers: true, ExcludeCharacters: "abc" }),
      /^[d-zA-Z]{32}$/,
    );
    t.not(await password({}), await password({}));
    await t.rejects(password({ PasswordLength: 3 }), { name: "InvalidParameterException" });
  });

  await t.test("rotation, replicas and keys of one's own are answered as not built", async (t) => {
    for (const ask of [
      () => secrets.rotateSecret({ SecretId: "db/login" }),
      () => secrets.replicateSecretToRegions({ SecretId: "db/login", AddReplicaRegions: [{ Region: "eu-west-1" }] }),
      () => secrets.createSecret({ Name: "r", AddReplicaRegions: [{ Region: "eu-west-1" }] }),
      () => secrets.createSecret({ Name: "r", KmsKeyId: "alias/mine" }),
    ])
      await t.rejects(ask(), { name: "NotImplemented", $metadata: { httpStatusCode: 501 } });
  });

  await t.test("no value stands in Redis, and another key opens none", async (t) => {
    await secrets.createSecret({ Name: "found", SecretString: "a-value-to-look-for" });
    await ssm.putParameter({ Name: "/found", Value: "a-value-to-look-for", Type: "String" });
    const kept = await world.everythingKept();
    t.match(kept, /"name\\":\\"found/, "the names do stand there");
    t.notMatch(kept, /a-value-to-look-for/);
    t.notOk(kept.includes(Buffer.from("a-value-to-look-for").toString("base64").slice(0, 20)));
    const stranger = world.withKey(Buffer.alloc(32, 8));
    const other = await aWire(t, { services: [stranger.parameterStore, stranger.secretsManager] });
    const asking = new SecretsManager({ ...other.client, region: REGION });
    t.teardown(() => asking.destroy());
    await t.rejects(asking.getSecretValue({ SecretId: "found" }), {
      name: "DecryptionFailure",
      message: /encrypted with key \w{8}, and BERTH_HOME\/secrets.key holds key \w{8}/,
    });
  });

  await t.test("a value that was moved to another name in Redis does not open there", async (t) => {
    const { parameters } = world.deps;
    const [from] = await parameters.get([`${ACCOUNT}/${REGION}//db/password`]);
    const [to] = await parameters.get([`${ACCOUNT}/${REGION}//found`]);
    const stolen = { ...to!.value, versions: from!.value.versions.map((one) => ({ ...one, type: "String" as const })) };
    t.ok(await parameters.replace(to!.id, to!.version, stolen, [`scope:${ACCOUNT}/${REGION}`]));
    await t.rejects(ssm.getParameter({ Name: "/found" }), { name: "DecryptionFailure", message: /changed or moved/ });
  });
});
