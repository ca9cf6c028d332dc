import { Ajv2020 } from "ajv/dist/2020.js";
import t from "tap";
import { ConfigError } from "../../src/config/problem.ts";
import { awsPlugin } from "../../src/http/aws/plugin.ts";
import { servedPaths } from "../../src/http/aws/routes.ts";
import { aPlacement, aTask, TASK_ID } from "./support/fake-fleet.ts";
import { type Answer, AUTHORIZED, restWorld } from "./support/rest-world.ts";

const codeOf = ({ json }: Answer): string => (json as { error: { code: string } }).error.code;
const messageOf = ({ json }: Answer): string => (json as { error: { message: string } }).error.message;

t.test("whoever has no token", async (t) => {
  const { app, ask } = await restWorld(t);

  t.test("is told how to get one", async (t) => {
    for (const authorization of [undefined, "", "Bearer", "Bearer the-token2", "Basic the-token", "the-token"]) {
      const response = await app.inject({ url: "/api/clusters", headers: authorization ? { authorization } : {} });
      t.equal(response.statusCode, 401, String(authorization));
      t.match(response.json(), { error: { code: "Unauthorized", message: /berth env/, requestId: /^request-/ } });
      t.equal(response.headers["www-authenticate"], "Bearer");
    }
  });

  t.test("does not learn which paths exist", async (t) => {
    t.equal((await app.inject({ url: "/api/no/such/path" })).statusCode, 401);
  });

  t.test("reads the OpenAPI document, which holds no secret", async (t) => {
    t.equal((await app.inject({ url: "/api/openapi.json" })).statusCode, 200);
  });

  t.test("may ask how the parts are", async (t) => {
    t.match((await app.inject({ url: "/healthz" })).json(), { status: "ok", installation: "test" });
  });

  t.equal((await ask("GET", "/api/clusters")).status, 200, "and with it the same path answers");
});

t.test("an operation as a resource", async (t) => {
  const { ask, asked } = await restWorld(t);
  const last = () => asked.at(-1);

  t.test("takes members from the path, the query and the body", async (t) => {
    await ask("POST", "/api/clusters/web/tasks", { taskDefinition: "app:1", count: 3 });
    t.strictSame(last()?.input, { cluster: "web", taskDefinition: "app:1", count: 3 });
    await ask("GET", "/api/clusters/web/tasks?desiredStatus=STOPPED&maxResults=5&family=app");
    t.strictSame(last()?.input, { cluster: "web", desiredStatus: "STOPPED", maxResults: 5, family: "app" });
  });

  t.test("reads a label of a list member as its only item", async (t) => {
    await ask("GET", "/api/clusters/web/tasks/t1?include=TAGS");
    t.strictSame(last()?.input, { cluster: "web", tasks: ["t1"], include: ["TAGS"] });
  });

  t.test("reads a repeated query as a list, and ARNs in paths", async (t) => {
    const arn = "arn:aws:ecs:us-east-1:000000000000:task/web/0123456789abcdef0123456789abcdef".padEnd(300, "a");
    await ask("DELETE", `/api/tags/${encodeURIComponent(arn)}?tagKeys=a&tagKeys=b`);
    t.strictSame(last()?.input, { resourceArn: arn, tagKeys: ["a", "b"] });
    await ask("DELETE", "/api/tags/x?tagKeys=a");
    t.strictSame(last()?.input, { resourceArn: "x", tagKeys: ["a"] });
  });

  t.test("answers AWS's members with ISO 8601 timestamps, and its own status", async (t) => {
    const answer = await ask("POST", "/api/clusters/web/tasks", { taskDefinition: "app" });
    t.strictSame(answer.json, { tasks: [{ taskArn: "arn", createdAt: "2026-01-02T03:04:05.678Z" }], failures: [] });
    t.equal((await ask("POST", "/api/clusters", { clusterName: "a" })).status, 201);
  });

  t.test("acts in the installation's account and region unless headers name others", async (t) => {
    await ask("GET", "/api/clusters");
    t.match(last()?.caller, { account: "000000000000", region: "us-east-1", principal: /:000000000000:user\/berth$/ });
    await ask("GET", "/api/clusters", undefined, { "x-berth-account": "111122223333", "x-berth-region": "eu-west-1" });
    t.match(last()?.caller, { account: "111122223333", region: "eu-west-1", principal: /:111122223333:/ });
    const refused = await ask("GET", "/api/clusters", undefined, { "x-berth-account": "mine" });
    t.equal(refused.status, 400);
    t.match(messageOf(refused), /x-berth-account is not 12 digits/);
  });

  t.test("says 404 where the one thing it names is among the failures", async (t) => {
    t.equal((await ask("GET", "/api/clusters/default")).status, 200);
    const answer = await ask("GET", "/api/clusters/nope");
    t.equal(answer.status, 404);
    t.match(answer.json, {
      error: {
        code: "ResourceNotFoundException",
        message: "cluster nope was not found.",
        detail: { failures: [{ reason: "MISSING" }] },
      },
    });
  });

  t.test("is asked by its name, too", async (t) => {
    const answer = await ask("POST", "/api/aws/ecs/DescribeClusters", { clusters: ["nope"] });
    t.equal(answer.status, 200, "many may be asked for, so a missing one is no error");
    t.match(answer.json, { failures: [{ reason: "MISSING" }] });
  });
});

t.test("a request that cannot be answered", async (t) => {
  const { app, ask, asked } = await restWorld(t);

  const refusals: readonly (readonly [Parameters<typeof ask>, number, string, RegExp])[] = [
    [["GET", "/api/nope"], 404, "UnknownPathNotFound", /GET \/api\/nope is not a path.*openapi\.json/],
    [["GET", "/api"], 404, "UnknownPathNotFound", /openapi/],
    [["PUT", "/api/clusters", {}], 404, "UnknownPathNotFound", /PUT \/api\/clusters/],
    [["POST", "/api/aws/nope/RunTask", {}], 404, "UnknownOperationException", /these are: ecs, batch/],
    [["POST", "/api/aws/ecs/RunTsk", {}], 404, "UnknownOperationException", /no operation RunTsk/],
    [["POST", "/api/aws/ecs/toString", {}], 404, "UnknownOperationException", /no operation toString/],
    [["POST", "/api/aws/batch/SubmitJob", {}], 501, "NotImplemented", /batch's SubmitJob is not built/],
    [["GET", "/api/account-settings"], 501, "NotImplemented", /ListAccountSettings is not built/],
    [["POST", "/api/clusters/a/tasks", { count: 1 }], 400, "ValidationException", /'taskDefinition'/],
    [["POST", "/api/clusters/a/tasks", { taskDefinition: 7 }], 400, "SerializationException", /taskDefinition/],
    [
      ["POST", "/api/clusters/a/tasks", { taskDefinition: "a", launchType: "FAST" }],
      400,
      "ValidationException",
      /enum value set: \[EC2/,
    ],
    [
      ["POST", "/api/clusters/a/tasks", { taskDefinition: "a", overrides: { containerOverrides: [{ comand: [] }] } }],
      400,
      "ValidationException",
      /has no overrides\.containerOverrides\[0\]\.comand$/,
    ],
    [["POST", "/api/clusters/a/tasks", { cluster: "b" }], 400, "ValidationException", /cluster is given by the path/],
    [["POST", "/api/clusters/a/tasks", []], 400, "SerializationException", /must be a JSON object/],
    [["GET", "/api/clusters/a/tasks?cluster=b"], 400, "ValidationException", /cluster is given by the path/],
    [
      ["GET", "/api/clusters/a/tasks?maxResults=many"],
      400,
      "SerializationException",
      /maxResults=many is not a whole number/,
    ],
    [["GET", "/api/clusters/a/tasks?family=a&family=b"], 400, "SerializationException", /family is given 2 times/],
    [["GET", "/api/clusters/a/tasks?famly=a"], 400, "ValidationException", /famly is no member/],
    [["DELETE", "/api/clusters/a/tasks/t?reason=done"], 404, "ClusterNotFoundException", /^Cluster not found\.$/],
    [["POST", "/api/hosts", { cpu: "1024", memory: 512 }], 400, "ValidationException", /body\/cpu must be integer/],
    [["POST", "/api/hosts", { cpu: 1024 }], 400, "ValidationException", /memory/],
    [["POST", "/api/hosts", { cpu: 1, memory: 6, colour: "red" }], 400, "ValidationException", /additional properties/],
    [["POST", "/api/hosts"], 400, "ValidationException", /body must be object/],
    [["POST", "/api/reload", { now: true }], 400, "ValidationException", /takes no body/],
    [["GET", `/api/tasks/${TASK_ID}/logs?tail=few`], 400, "ValidationException", /tail must be integer/],
    [["GET", `/api/tasks/${TASK_ID}/logs`], 404, "ResourceNotFoundException", /no task 0123/],
  ];
  for (const [request, status, code, words] of refusals) {
    t.test(`${request[0]} ${request[1]} ${JSON.stringify(request[2] ?? "")} → ${status} ${code}`, async (t) => {
      const answer = await ask(...request);
      t.equal(answer.status, status);
      t.equal(codeOf(answer), code);
      t.match(messageOf(answer), words);
      t.equal(answer.headers["x-request-id"], (answer.json as { error: { requestId: string } }).error.requestId);
    });
  }

  const post = (payload: string, type = "application/json") =>
    app.inject({ method: "POST", url: "/api/clusters", headers: { ...AUTHORIZED, "content-type": type }, payload });

  t.test("for malformed JSON", async (t) => {
    const response = await post('{"clusterName": ');
    t.equal(response.statusCode, 400);
    t.match(response.json(), { error: { code: "SerializationException", message: /JSON/ } });
  });

  t.test("for a body over the limit", async (t) => {
    const response = await post(JSON.stringify({ clusterName: "a".repeat(5000) }));
    t.equal(response.statusCode, 413);
    t.match(response.json(), { error: { code: "RequestTooLargeException" } });
  });

  t.test("for a body that is no JSON", async (t) => {
    const response = await post("<cluster/>", "application/xml");
    t.equal(response.statusCode, 415);
    t.match(response.json(), {
      error: { code: "UnsupportedMediaTypeException", message: /content-type: application\/json/ },
    });
  });

  t.test("for a name that JavaScript would find in every object", async (t) => {
    const response = await post('{"__proto__": {"clusterName": "a"}}');
    t.equal(response.statusCode, 400);
  });

  t.test("for a bug, which tells the caller nothing but where to look", async (t) => {
    const answer = await ask("POST", "/api/task-definitions", { family: "a", containerDefinitions: [] });
    t.equal(answer.status, 500);
    t.equal(codeOf(answer), "ServerException");
    t.notMatch(answer.text, /a bug/);
    t.match(messageOf(answer), /under request request-/);
  });

  t.notOk(
    asked.some(({ operation }) => operation === "RunTask"),
    "reaches no handler",
  );
});

t.test("our own operations", async (t) => {
  const world = await restWorld(t);
  const { ask, placements, tasks, hosts } = world;
  placements.push(aPlacement());
  tasks.push(aTask(["app"]));

  t.test("answer what their schemas say", async (t) => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    const requests: readonly Parameters<typeof ask>[] = [
      ["GET", `/api/tasks/${TASK_ID}/placement`],
      ["GET", "/api/placements/refusals"],
      ["GET", "/api/hosts"],
      ["GET", "/api/fargate/capacity"],
      ["POST", "/api/hosts", { id: "extra", cpu: 512, memory: 256 }],
      ["POST", "/api/hosts/extra/drain"],
      ["POST", "/api/hosts/extra/activate"],
      ["POST", "/api/reload"],
      ["GET", "/api/ledger"],
      ["POST", "/api/webhooks", { url: "http://127.0.0.1:1/x" }],
      ["GET", "/api/webhooks"],
    ];
    for (const [method, url, body] of requests) {
      const answer = await ask(method, url, body);
      const pattern = url.replace("/api", "").replace(/(?<=hosts\/)\w+|[0-9a-f]{32}/, "{id}");
      const operation = world.operations.find((one) => one.method === method && one.path === pattern);
      t.ok(operation?.output && ajv.validate(operation.output, answer.json), `${method} ${url}: ${ajv.errorsText()}`);
      t.equal(answer.status, operation?.answer === "json" ? operation.status : 200, `${method} ${url}`);
    }
  });

  t.test("tell why a task is where it is, by id or ARN", async (t) => {
    const arn = encodeURIComponent(`arn:aws:ecs:us-east-1:000000000000:task/default/${TASK_ID}`);
    const answer = await ask("GET", `/api/tasks/${arn}/placement`);
    t.match(answer.json, { explanation: { chosen: "local-1", hosts: [{}, { lacks: [{ needed: 128, free: 64 }] }] } });
    t.equal((await ask("GET", "/api/tasks/nope/placement")).status, 404);
  });

  t.test("tell refusals of one request", async (t) => {
    t.match((await ask("GET", "/api/placements/refusals?request=request-7")).json, [{ requestId: "request-7" }]);
    t.strictSame((await ask("GET", "/api/placements/refusals?request=other")).json, []);
  });

  t.test("make a host in the caller's account and region", async (t) => {
    const body = { id: "slice", cluster: "web", cpu: 1024, memory: 512, attributes: { disk: "ssd" } };
    const answer = await ask("POST", "/api/hosts", body, { "x-berth-region": "eu-west-1" });
    t.match(answer.json, {
      id: "slice",
      cluster: "000000000000/eu-west-1/web",
      declared: { cpuUnits: 1024, memoryMiB: 512 },
      attributes: { disk: "ssd" },
    });
    const again = await ask("POST", "/api/hosts", body);
    t.equal(again.status, 409);
    t.equal(codeOf(again), "ConflictException");
    t.match(
      messageOf(await ask("POST", "/api/hosts", { cpu: 1, memory: 6, besides: "x" })),
      /besides names no host: x/,
    );
  });

  t.test("say what is wrong with a berth.yaml that cannot be used, and where", async (t) => {
    const { ask, breakConfig } = await restWorld(t);
    breakConfig(new ConfigError([{ where: "berth.yaml:3:5 hosts[0].cpu", what: "must be a number" }]));
    const answer = await ask("POST", "/api/reload");
    t.equal(answer.status, 400);
    t.equal(codeOf(answer), "ConfigurationRefusedException");
    t.equal(messageOf(answer), "berth.yaml:3:5 hosts[0].cpu: must be a number");
  });

  t.test("keep a host that holds tasks unless forced", async (t) => {
    const kept = await ask("DELETE", "/api/hosts/local-2");
    t.equal(kept.status, 409);
    t.match(messageOf(kept), /still holds 3 tasks.*force=true/);
    const gone = await ask("DELETE", "/api/hosts/local-2?force=true");
    t.equal(gone.status, 204);
    t.equal(gone.text, "");
    t.notOk(hosts.some(({ id }) => id === "local-2"));
    t.equal((await ask("DELETE", "/api/hosts/local-2")).status, 404);
    t.equal((await ask("POST", "/api/hosts/local-2/drain")).status, 404);
  });
});

t.test("the OpenAPI document", async (t) => {
  const { app, services, operations } = await restWorld(t);
  const document = (await app.inject({ url: "/api/openapi.json" })).json();
  const byId = new Map<string, { path: string; method: string; operation: Record<string, unknown> }>();
  for (const [path, item] of Object.entries<Record<string, Record<string, unknown>>>(document.paths)) {
    for (const [method, operation] of Object.entries(item)) {
      if (method === "parameters") continue;
      const id = String(operation.operationId);
      t.notOk(byId.has(id), `${id} is unique`);
      byId.set(id, { path, method, operation });
    }
  }

  t.test("resolves every reference", async (t) => {
    const text = JSON.stringify(document);
    const references = new Set([...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, reference]) => reference!));
    t.ok(references.size > 10);
    for (const reference of references) {
      const target = reference.split("/").reduce((place, key) => place?.[key], document);
      t.type(target, "object", reference);
    }
  });

  t.test("names every built operation, and none that is not", async (t) => {
    for (const { name, handlers, routes } of services) {
      for (const operation of Object.keys(handlers)) {
        t.equal(byId.get(`${name}.${operation}`)?.path, `/api/aws/${name}/${operation}`);
        const route = routes.find((one) => one.operation === operation);
        if (route) t.equal(byId.get(`${name}.${operation}.${route.method}`)?.path, `/api${route.path}`);
      }
    }
    for (const { name, path } of operations) t.equal(byId.get(name)?.path, `/api${path}`);
    t.notOk([...byId.keys()].some((id) => id.startsWith("batch.")));
    t.notOk(byId.has("ecs.ListAccountSettings.GET"));
  });

  t.test("names every label of a path as a parameter", async (t) => {
    for (const { path, operation } of byId.values()) {
      const labels = [...path.matchAll(/\{(\w+)\}/g)].map(([, label]) => label);
      const parameters = operation.parameters as { name: string; in: string }[];
      t.strictSame(
        parameters.filter((one) => one.in === "path").map(({ name }) => name),
        labels,
        path,
      );
    }
  });

  t.test("holds only schemas that a validator takes", async (t) => {
    const ajv = new Ajv2020({ strict: true, strictRequired: false, validateFormats: false, allowUnionTypes: true });
    ajv.addVocabulary(["components"]);
    ajv.addSchema({ $id: "page", components: document.components });
    const names = Object.keys(document.components.schemas);
    // At once: a compiler for each would read all that its structures hold again and again.
    t.doesNotThrow(() => ajv.compile({ anyOf: names.map((name) => ({ $ref: `page#/components/schemas/${name}` })) }));
    t.ok(names.length > 50);
  });

  t.test("says that timestamps are text and leaves the path's members out of the body", async (t) => {
    t.strictSame(document.components.schemas["ecs.Task"].properties.createdAt, { type: "string", format: "date-time" });
    const { requestBody } = byId.get("ecs.RunTask.POST")!.operation as never as {
      requestBody: { content: { "application/json": { schema: { properties: object; required: string[] } } } };
    };
    const { properties, required } = requestBody.content["application/json"].schema;
    t.notOk("cluster" in properties);
    t.strictSame(required, ["taskDefinition"]);
    t.notOk("requestBody" in byId.get("ecs.ListTasks.GET")!.operation, "a GET has no body");
  });
});

t.test("/docs shows the page from the package alone", async (t) => {
  const { app } = await restWorld(t);
  const page = await app.inject({ url: "/docs" });
  t.equal(page.statusCode, 200);
  t.notMatch(page.payload, /(src|href)="(https?:)?\/\//, "nothing comes from elsewhere");
  const files = [...page.payload.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file!);
  t.ok(files.length > 3);
  for (const file of files) {
    t.equal((await app.inject({ url: new URL(file, "http://localhost/docs").pathname })).statusCode, 200, file);
  }
  t.equal((await app.inject({ url: "/docs/json" })).json().info.title, "Berth");
});

t.test("/metrics", async (t) => {
  const { app, ask, metrics } = await restWorld(t);
  await ask("GET", "/api/clusters/default");
  await ask("GET", "/api/clusters/other");
  metrics.tallies.placed(2);
  metrics.tallies.refused("RESOURCE:MEMORY");
  metrics.tallies.launched("started", 0.7);
  metrics.tallies.changed({ kind: "task", verb: "placed" });

  t.test("counts requests by route, tasks, hosts and what other parts tell", async (t) => {
    const { payload, headers } = await app.inject({ url: "/metrics" });
    t.match(headers["content-type"], /^text\/plain; version=0\.0\.4/);
    const labels = (status: number) => `method="GET",route="/api/clusters/:cluster",status="${status}"`;
    t.match(payload, `berth_http_request_seconds_count{${labels(200)}} 1`);
    t.match(payload, `berth_http_request_seconds_count{${labels(404)}} 1`);
    for (const line of [
      'berth_tasks{status="RUNNING"} 2',
      'berth_tasks{status="PENDING"} 1',
      'berth_hosts{health="CONNECTED"} 2',
      "berth_tasks_placed_total 2",
      'berth_tasks_refused_total{reason="RESOURCE:MEMORY"} 1',
      'berth_launch_seconds_count{outcome="started"} 1',
      'berth_changes_total{kind="task",verb="placed"} 1',
      "nodejs_eventloop_lag_seconds ",
    ]) {
      t.match(payload, line);
    }
  });

  t.test("is for this machine, or for whoever has the token", async (t) => {
    const from = (remoteAddress: string, headers: Record<string, string> = {}) =>
      app.inject({ url: "/metrics", remoteAddress, headers });
    t.equal((await from("192.0.2.1")).statusCode, 401);
    t.equal((await from("192.0.2.1", AUTHORIZED)).statusCode, 200);
    t.equal((await from("127.0.0.1", { host: "evil.example" })).statusCode, 401, "not by a name pointed at us");
    t.equal((await from("127.0.0.1", { origin: "http://evil.example" })).statusCode, 401, "not to a page elsewhere");
  });
});

t.test("/healthz says 503 while a part is missing", async (t) => {
  const health = { status: "degraded", version: "1", installation: "x", parts: { redis: "no answer" } } as const;
  const { app } = await restWorld(t, { health });
  const response = await app.inject({ url: "/healthz" });
  t.equal(response.statusCode, 503);
  t.match(response.json(), { parts: { redis: "no answer" } });
});

t.test("no path of ours is in a served model", async (t) => {
  const { app, services } = await restWorld(t);
  const ours = /^\/(api|docs|metrics|healthz|console)(\/|$)/;
  const clashes = servedPaths(services).filter(({ path }) => ours.test(path));
  t.ok(
    servedPaths(services).some(({ path }) => path.startsWith("/v1/")),
    "Batch's paths are looked at",
  );
  t.strictSame(clashes, []);
  t.match(app.printRoutes({ commonPrefix: false }), /healthz/);
});

t.test("beside AWS's protocols on one port, each keeps its own paths and errors", async (t) => {
  const { app, ask, services } = await restWorld(t);
  await app.register(
    awsPlugin({
      services,
      auth: "sigv4",
      clock: { now: () => 0 },
      credentials: { find: async () => undefined },
      account: "000000000000",
      region: "us-east-1",
      newRequestId: () => "aws-request",
    }),
  );
  const unsigned = await app.inject({
    method: "POST",
    url: "/",
    headers: {
      "x-amz-target": "AmazonEC2ContainerServiceV20141113.ListClusters",
      "content-type": "application/x-amz-json-1.1",
    },
    payload: "{}",
  });
  t.equal(unsigned.headers["x-amzn-requestid"], "aws-request");
  t.match(unsigned.json(), { __type: /MissingAuthenticationToken/ });
  t.equal(codeOf(await ask("GET", "/api/nope")), "UnknownPathNotFound");
  t.equal(codeOf(await ask("GET", "/api")), "UnknownPathNotFound");
  t.equal((await ask("POST", "/api/clusters", { clusterName: "a" })).status, 201);
});
