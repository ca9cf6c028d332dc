import { request as httpRequest } from "node:http";
import * as ecr from "@aws-sdk/client-ecr";
import * as ecs from "@aws-sdk/client-ecs";
import * as elb from "@aws-sdk/client-elastic-load-balancing-v2";
import * as lambda from "@aws-sdk/client-lambda";
import * as sts from "@aws-sdk/client-sts";
import t from "tap";
import { keyHolder } from "../../src/app/credentials.ts";
import { servedPaths } from "../../src/http/aws/routes.ts";
import type { Operations } from "../../src/kernel/operation.ts";
import { roleNameOf } from "../../src/kernel/role-name.ts";
import { expiryOf, roleCredentials, stsWing } from "../../src/sts/index.ts";
import { ACCESS_KEY_ID, aWire, SIGNER, USER } from "./support/a-wire.ts";
import { ecsStubs } from "./support/stubs.ts";

const whoAmI: Operations<typeof sts, "GetCallerIdentity"> = {
  async GetCallerIdentity(_, { account, principal, accessKeyId }) {
    return { Account: account, Arn: principal, UserId: accessKeyId };
  },
};

const SERVICES = [
  { model: ecs, handlers: ecsStubs },
  { model: sts, handlers: whoAmI },
  { model: lambda, handlers: {} },
  { model: elb, handlers: {} },
];

const NOW = Date.parse("2026-11-24T03:49:09Z");
const SCOPE = "20261124/us-east-1/ecs/aws4_request";

/** A request with any headers at all, Host and Origin among them; fetch would not let us. */
const raw = (url: string, headers: Record<string, string>, path = "/"): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    const sent = httpRequest(url + path, { method: "POST", headers }, (response) => {
      let text = "";
      response.on("data", (chunk) => (text += String(chunk)));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
    });
    sent.on("error", reject);
    sent.end("{}");
  });

const LIST_TASKS = {
  "content-type": "application/x-amz-json-1.1",
  "x-amz-target": "AmazonEC2ContainerServiceV20141113.ListTasks",
};

t.test("verified signatures", async (t) => {
  const wire = await aWire(t, {
    services: SERVICES,
    keys: { TEMPORARY: { secretAccessKey: "s", sessionToken: "t", account: "000000000000", principal: "arn:role" } },
  });

  t.test("tell account, principal and region", async (t) => {
    const client = new ecs.ECS(wire.client);
    t.same((await client.listTasks({})).taskArns, ["arn:aws:ecs:eu-west-1:111122223333:task/default/1"]);
    t.match(await client.describeTasks({ tasks: ["a"] }), { failures: [{ detail: USER }] });
    client.destroy();
  });

  t.test("of temporary credentials count with their token", async (t) => {
    const ask = (sessionToken: string) => {
      const client = new sts.STS({
        ...wire.client,
        credentials: { accessKeyId: "TEMPORARY", secretAccessKey: "s", sessionToken },
      });
      return client.getCallerIdentity({}).finally(() => client.destroy());
    };
    t.match(await ask("t"), { Arn: "arn:role", UserId: "TEMPORARY" });
    await t.rejects(ask("x"), { name: "InvalidClientTokenId", $metadata: { httpStatusCode: 403 } });
  });

  const secrets: [title: string, credentials: typeof SIGNER, json: string, query: string][] = [
    ["a wrong secret", { ...SIGNER, secretAccessKey: "wrong" }, "InvalidSignatureException", "SignatureDoesNotMatch"],
    ["an unknown key", { ...SIGNER, accessKeyId: "NOBODY" }, "UnrecognizedClientException", "InvalidClientTokenId"],
  ];
  for (const [title, credentials, inJson, inQuery] of secrets) {
    t.test(`${title} is told by each protocol in its own words`, async (t) => {
      const options = { ...wire.client, credentials };
      const [overJson, overQuery, overRest] = [new ecs.ECS(options), new sts.STS(options), new lambda.Lambda(options)];
      await t.rejects(overJson.listTasks({}), { name: inJson, $metadata: { httpStatusCode: 400 } });
      await t.rejects(overQuery.getCallerIdentity({}), { name: inQuery, $metadata: { httpStatusCode: 403 } });
      await t.rejects(overRest.listFunctions({}), { name: inJson, $metadata: { httpStatusCode: 403 } });
      for (const client of [overJson, overQuery, overRest]) client.destroy();
    });
  }

  t.test("an unsigned request is told that it is", async (t) => {
    const { status, text } = await raw(wire.url, LIST_TASKS);
    t.equal(status, 400);
    t.match(text, '"__type":"MissingAuthenticationTokenException"');
    const form = await raw(
      wire.url,
      { "content-type": "application/x-www-form-urlencoded" },
      "/?Action=GetCallerIdentity&Version=2011-06-15",
    );
    t.equal(form.status, 403);
    t.match(form.text, "<Code>MissingAuthenticationToken</Code>");
  });

  const broken: [title: string, authorization: string, words: RegExp][] = [
    ["another scheme", "Bearer abc", /Unsupported AWS 'algorithm': 'Bearer'/],
    ["no parameters", "AWS4-HMAC-SHA256", /requires 'Credential' parameter. .* requires 'Signature' parameter./],
    [
      "a short credential",
      "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=c",
      /exactly 5 slash-delimited/,
    ],
    [
      "no date in sight",
      `AWS4-HMAC-SHA256 Credential=a/${SCOPE}, SignedHeaders=host, Signature=c`,
      /'X-Amz-Date' or a 'Date'/,
    ],
  ];
  for (const [title, authorization, words] of broken) {
    t.test(`an Authorization header with ${title} is incomplete`, async (t) => {
      const { status, text } = await raw(wire.url, {
        ...LIST_TASKS,
        authorization,
        ...(/date/.test(title) ? {} : { "x-amz-date": "20261124T034909Z" }),
      });
      t.equal(status, 400);
      t.match(text, '"__type":"IncompleteSignatureException"');
      t.match(text, words);
    });
  }

  t.test("a service that nobody serves is 501 with its name", async (t) => {
    const client = new ecr.ECR(wire.client);
    await t.rejects(client.describeRepositories({}), {
      name: "NotImplemented",
      message: /The service "ecr" is not built/,
    });
    client.destroy();
  });

  t.test("a request signed by a clock far off is told the limits", async (t) => {
    const late = await aWire(t, { services: SERVICES, clock: { now: () => NOW } });
    // SDK clients correct their clock and try again, so this one may not.
    const client = new ecs.ECS({ ...late.client, systemClockOffset: NOW + 20 * 60_000 - Date.now() });
    await t.rejects(client.listTasks({}), { name: "InvalidSignatureException", message: /^Signature not yet current/ });
    client.destroy();
  });
});

t.test("the credentials of a task's role", async (t) => {
  const hour = 3_600_000;
  const installation = { accessKeyId: "BERTHKEY", secretAccessKey: "the installation's secret", apiToken: "" };
  const stopped = new Set<string>();
  let now = NOW;
  const wire = await aWire(t, {
    services: [{ ...stsWing(), model: sts }],
    clock: { now: () => now },
    credentials: keyHolder(installation, "000000000000", async (task) => !stopped.has(task)),
  });
  const session = (name: string) => ({
    account: "111122223333",
    role: "reader",
    name,
    expiresAt: expiryOf(NOW),
  });
  const given = (name: string, secret = installation.secretAccessKey) => roleCredentials(session(name), secret);
  const ask = (credentials: typeof wire.client.credentials) => {
    const client = new sts.STS({ ...wire.client, credentials, systemClockOffset: now - Date.now() });
    return client.getCallerIdentity({}).finally(() => client.destroy());
  };
  const UNKNOWN = { name: "InvalidClientTokenId", $metadata: { httpStatusCode: 403 } };

  t.test("sign as the role, in the task's name", async (t) => {
    const credentials = given("task-1");
    t.match(await ask(credentials), {
      Account: "111122223333",
      Arn: "arn:aws:sts::111122223333:assumed-role/reader/task-1",
      UserId: `${credentials.accessKeyId}:task-1`,
    });
    t.match(credentials.accessKeyId, /^BASIA[A-Z2-7]{15}$/);
  });

  t.test("count only with their own token, and only where this installation gave them", async (t) => {
    const { accessKeyId, secretAccessKey, sessionToken } = given("task-1");
    await t.rejects(ask({ accessKeyId, secretAccessKey }), UNKNOWN);
    await t.rejects(ask({ accessKeyId, secretAccessKey, sessionToken: given("task-2").sessionToken }), UNKNOWN);
    await t.rejects(ask({ accessKeyId, secretAccessKey, sessionToken: `${sessionToken}x` }), UNKNOWN);
    await t.rejects(ask({ accessKeyId, secretAccessKey, sessionToken: "nonsense" }), UNKNOWN);
    await t.rejects(ask(given("task-1", "another installation's secret")), UNKNOWN);
    await t.rejects(ask({ accessKeyId, secretAccessKey: "guessed", sessionToken }), { name: "SignatureDoesNotMatch" });
  });

  t.test("die with their task", async (t) => {
    stopped.add("task-3");
    await t.rejects(ask(given("task-3")), UNKNOWN);
  });

  t.test("hold five to six hours, are the same within the hour, and expire", async (t) => {
    t.equal(expiryOf(7 * hour - 1), 12 * hour);
    t.equal(expiryOf(6 * hour), 12 * hour);
    const credentials = given("task-1");
    now = expiryOf(NOW) - 1000;
    await t.resolves(ask(credentials));
    now = expiryOf(NOW);
    await t.rejects(ask(credentials), {
      name: "ExpiredToken",
      message: "The security token included in the request is expired",
      $metadata: { httpStatusCode: 403 },
    });
    now = NOW;
  });

  t.test("are given for the name in a role's ARN, without its path", async (t) => {
    t.equal(roleNameOf("arn:aws:iam::111122223333:role/reader"), "reader");
    t.equal(roleNameOf("arn:aws:iam::111122223333:role/teams/a/reader"), "reader");
    t.equal(roleNameOf("reader"), "reader");
    for (const wrong of [
      "arn:aws:iam::1:role/reader",
      "arn:aws:iam::111122223333:user/reader",
      "arn:aws:iam::111122223333:role/",
    ])
      t.equal(roleNameOf(wrong), undefined, wrong);
  });
});

t.test("auth: open", async (t) => {
  const wire = await aWire(t, { services: SERVICES, auth: "open" });
  const { host } = new URL(wire.url);
  const port = new URL(wire.url).port;

  t.test("takes any signature, and the region it names", async (t) => {
    const client = new ecs.ECS({ ...wire.client, credentials: { accessKeyId: "any", secretAccessKey: "thing" } });
    t.same((await client.listTasks({})).taskArns, ["arn:aws:ecs:eu-west-1:000000000000:task/default/1"]);
    client.destroy();
  });

  t.test("still knows whose a known key is", async (t) => {
    const client = new sts.STS({
      ...wire.client,
      credentials: { accessKeyId: ACCESS_KEY_ID, secretAccessKey: "whatever" },
    });
    t.match(await client.getCallerIdentity({}), { Account: "111122223333", Arn: USER });
    client.destroy();
  });

  t.test("takes unsigned requests as the account's root in the default region", async (t) => {
    const { status, text } = await raw(wire.url, LIST_TASKS);
    t.equal(status, 200);
    t.match(text, "arn:aws:ecs:us-east-1:000000000000:task");
    const form = await raw(wire.url, {}, "/?Action=GetCallerIdentity&Version=2011-06-15");
    t.match(form.text, "<Arn>arn:aws:iam::000000000000:root</Arn>");
  });

  const origins: [title: string, headers: Record<string, string>, status: number][] = [
    ["localhost", { host: `localhost:${port}` }, 200],
    ["a name below localhost", { host: `berth.localhost:${port}` }, 200],
    ["its own origin", { host, origin: `http://${host}` }, 200],
    ["a name that a page pointed at this machine", { host: `evil.example:${port}` }, 403],
    ["an address of the network", { host: `10.0.0.1:${port}` }, 403],
    ["a foreign origin", { host, origin: "https://evil.example" }, 403],
    ["another port's origin", { host, origin: "http://127.0.0.1:3000" }, 403],
    ["a sandboxed page", { host, origin: "null" }, 403],
    ["a foreign page's image", { host, "sec-fetch-site": "cross-site" }, 403],
  ];
  for (const [title, headers, expected] of origins) {
    t.test(`${expected === 200 ? "answers" : "refuses"} ${title}`, async (t) => {
      const { status, text } = await raw(wire.url, { ...LIST_TASKS, ...headers });
      t.equal(status, expected);
      if (expected === 403) t.match(text, '"__type":"AccessDeniedException"');
    });
  }
});

t.test("no path of our own surfaces is in a served model", async (t) => {
  const served = servedPaths(SERVICES);
  t.ok(served.length > 200);
  const own =
    /^\/(api|docs|metrics|healthz|console|v[34]\/[^/]+(\/(task|taskWithTags|stats|task\/stats))?$|v2\/credentials)(\/|$)/;
  t.same(
    served.filter(({ path }) => own.test(path)),
    [],
  );
  // A label in first place would take every path there is.
  t.same(
    served.filter(({ path }) => path.startsWith("/{")),
    [],
  );
});
