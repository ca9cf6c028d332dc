import * as batch from "@aws-sdk/client-batch";
import * as ecs from "@aws-sdk/client-ecs";
import * as elb from "@aws-sdk/client-elastic-load-balancing-v2";
import * as lambda from "@aws-sdk/client-lambda";
import t from "tap";
import { aWire, type Wire } from "./support/a-wire.ts";
import { anError, ecsStubs } from "./support/stubs.ts";

const SERVICES = [
  { model: ecs, handlers: ecsStubs },
  {
    model: batch,
    handlers: {
      async SubmitJob() {
        return { jobName: "a", jobId: "1" };
      },
      async ListJobs() {
        throw anError("ClientException", "no such queue");
      },
    },
  },
  {
    model: lambda,
    handlers: {
      async GetFunction() {
        throw anError("ResourceNotFoundException", "Function not found: f");
      },
      async ListFunctions() {
        return {};
      },
    },
  },
  {
    model: elb,
    handlers: {
      async DescribeLoadBalancers() {
        throw anError("LoadBalancerNotFoundException", "Load balancer 'a<b>' not found");
      },
      async CreateTargetGroup() {
        return {};
      },
    },
  },
];

interface Told {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: Record<string, unknown>;
}

const told = async (response: Response): Promise<Told> => {
  const text = await response.text();
  const json = text.startsWith("{") ? (JSON.parse(text) as Record<string, unknown>) : {};
  return { status: response.status, headers: response.headers, text, json };
};

const askEcs = async (wire: Wire, operation: string, body: string, headers: Record<string, string> = {}) =>
  told(
    await fetch(wire.url, {
      method: "POST",
      body,
      headers: {
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": `AmazonEC2ContainerServiceV20141113.${operation}`,
        ...headers,
      },
    }),
  );

const askElb = async (wire: Wire, form: string) =>
  told(await fetch(wire.url, { method: "POST", body: new URLSearchParams(`${form}&Version=2015-12-01`) }));

const ask = async (wire: Wire, method: string, path: string, body?: string) =>
  told(await fetch(wire.url + path, { method, ...(body === undefined ? {} : { body }) }));

t.test("awsJson", async (t) => {
  const wire = await aWire(t, { services: SERVICES, auth: "open", bodyLimitBytes: 4096 });

  const cases: [title: string, operation: string, body: string, type: string, message: RegExp][] = [
    ["malformed JSON", "DescribeTasks", '{"tasks":', "SerializationException", /not well-formed JSON/],
    ["JSON that is no object", "DescribeTasks", "[]", "SerializationException", /START_ARRAY cannot be converted/],
    ["null for a body", "DescribeTasks", "null", "SerializationException", /NULL_VALUE cannot be converted/],
    ["a wrong type", "DescribeTasks", '{"tasks":"a"}', "SerializationException", /STRING_VALUE .* a List at 'tasks'/],
    ["a wrong type in a list", "DescribeTasks", '{"tasks":["a",1]}', "SerializationException", /'tasks.2.member'/],
    [
      "a number's text for a number",
      "RunTask",
      '{"taskDefinition":"a","count":"1"}',
      "SerializationException",
      /'count'/,
    ],
    [
      "a fraction for a whole number",
      "RunTask",
      '{"taskDefinition":"a","count":1.5}',
      "SerializationException",
      /NUMBER_VALUE .* an Integer at 'count'/,
    ],
    [
      "a missing member",
      "DescribeTasks",
      "{}",
      "InvalidParameterException",
      /1 validation error detected: Value null at 'tasks'/,
    ],
    [
      "null for a required member",
      "DescribeTasks",
      '{"tasks":null}',
      "InvalidParameterException",
      /Value null at 'tasks'/,
    ],
    [
      "null in a list",
      "DescribeTasks",
      '{"tasks":[null]}',
      "InvalidParameterException",
      /Value null at 'tasks.1.member'/,
    ],
    [
      "a missing member further in",
      "RunTask",
      '{"taskDefinition":"a","networkConfiguration":{"awsvpcConfiguration":{}}}',
      "InvalidParameterException",
      /Value null at 'networkConfiguration.awsvpcConfiguration.subnets'/,
    ],
    [
      "an enum's wrong value",
      "RunTask",
      '{"taskDefinition":"a","launchType":"ec2"}',
      "InvalidParameterException",
      /Value 'ec2' at 'launchType' .* enum value set: \[EC2, EXTERNAL, FARGATE, MANAGED_INSTANCES\]/,
    ],
    [
      "an enum's wrong value in a list",
      "DescribeTasks",
      '{"tasks":["a"],"include":["TAGS","x"]}',
      "InvalidParameterException",
      /Value 'x' at 'include.2.member'/,
    ],
    [
      "several mistakes at once",
      "RunTask",
      '{"launchType":"a"}',
      "InvalidParameterException",
      /^2 validation errors detected: /,
    ],
    ["an operation AWS does not have", "FlyTask", "{}", "UnknownOperationException", /FlyTask/],
  ];
  for (const [title, operation, body, type, message] of cases) {
    t.test(`${title} is told as ${type}`, async (t) => {
      const { status, json, headers } = await askEcs(wire, operation, body);
      t.equal(status, 400);
      t.equal(json.__type, type);
      t.match(json.message, message);
      t.match(headers.get("x-amzn-requestid"), /^request-\d+$/);
      t.equal(headers.get("content-type"), "application/x-amz-json-1.1");
    });
  }

  t.test("members AWS does not know are ignored", async (t) => {
    const { status, json } = await askEcs(
      wire,
      "ListTasks",
      '{"cluster":"c","colour":"blue","__proto__":{"region":"x"}}',
    );
    t.equal(status, 200);
    t.same(json, { taskArns: ["arn:aws:ecs:us-east-1:000000000000:task/c/1"] });
  });

  t.test("no body at all is no members", async (t) => {
    t.equal((await askEcs(wire, "ListTasks", "")).status, 200);
  });

  t.test("a body over the limit is refused with 413", async (t) => {
    const { status, json, headers } = await askEcs(wire, "ListTasks", JSON.stringify({ cluster: "c".repeat(5000) }));
    t.equal(status, 413);
    t.equal(json.__type, "RequestEntityTooLargeException");
    t.match(headers.get("x-amzn-requestid"), /^request-/);
  });

  t.test("an operation without a handler is 501 with its name", async (t) => {
    const { status, json } = await askEcs(wire, "CreateService", "{}");
    t.equal(status, 501);
    t.match(json, { __type: "NotImplemented", message: "ECS CreateService is not built in Berth yet." });
  });

  t.test("a handler's error keeps its code, and 400 for a client's fault", async (t) => {
    const { status, json, headers } = await askEcs(wire, "StopTask", '{"task":"a"}');
    t.equal(status, 400);
    t.same(json, { __type: "ClusterNotFoundException", message: "Cluster not found." });
    t.equal(headers.get("x-amzn-errortype"), "ClusterNotFoundException");
  });

  t.test("a bug is told by request id only, and logged", async (t) => {
    const { status, json, text, headers } = await askEcs(wire, "RunTask", '{"taskDefinition":"break"}');
    t.equal(status, 500);
    t.equal(json.__type, "ServerException");
    t.match(json.message, headers.get("x-amzn-requestid")!);
    t.notMatch(text, "secrets");
    t.match(wire.logged.join(""), "a bug with secrets in its words");
  });

  t.test("a member AWS's model lacks never leaves: an error under test", async (t) => {
    t.equal((await askEcs(wire, "RunTask", '{"taskDefinition":"stray"}')).status, 500);
    t.match(wire.logged.join(""), "RunTaskResponse.stray is not in AWS's model");
  });

  t.test("… and left out with a warning otherwise", async (t) => {
    const lax = await aWire(t, { services: SERVICES, auth: "open", strictOutput: false });
    const { status, json } = await askEcs(lax, "RunTask", '{"taskDefinition":"stray"}');
    t.equal(status, 200);
    t.same(json, { tasks: [] });
    t.match(lax.logged.join(""), "RunTaskResponse.stray");
  });
});

t.test("restJson", async (t) => {
  const wire = await aWire(t, { services: SERVICES, auth: "open", bodyLimitBytes: 4096 });

  t.test("malformed JSON is a SerializationException", async (t) => {
    const { status, headers } = await ask(wire, "POST", "/v1/submitjob", "{");
    t.equal(status, 400);
    t.equal(headers.get("x-amzn-errortype"), "SerializationException");
  });

  t.test("missing members are told in the words of the service", async (t) => {
    const { status, headers, json } = await ask(wire, "POST", "/v1/submitjob", '{"jobName":"a"}');
    t.equal(status, 400);
    t.equal(headers.get("x-amzn-errortype"), "ClientException");
    t.match(json.message, /2 validation errors detected: Value null at 'jobQueue' .*; Value null at 'jobDefinition'/);
  });

  t.test("a query parameter of the wrong type is a SerializationException", async (t) => {
    const { status, headers, json } = await ask(wire, "GET", "/2015-03-31/functions?MaxItems=many");
    t.equal(status, 400);
    t.equal(headers.get("x-amzn-errortype"), "SerializationException");
    t.match(json.message, /'many' cannot be converted to a number at 'MaxItems'/);
  });

  t.test("an enum's wrong value in the query is named", async (t) => {
    const { status, json } = await ask(wire, "GET", "/2015-03-31/functions?FunctionVersion=SOME");
    t.equal(status, 400);
    t.match(json, { Type: "User" });
    t.match(json.message, /Value 'SOME' at 'FunctionVersion'/);
  });

  t.test(
    "a modelled status counts: Lambda's ResourceNotFoundException is 404 and says whose fault it is",
    async (t) => {
      const { status, json, headers } = await ask(wire, "GET", "/2015-03-31/functions/f");
      t.equal(status, 404);
      t.same(json, { Type: "User", Message: "Function not found: f" });
      t.equal(headers.get("x-amzn-errortype"), "ResourceNotFoundException");
      t.match(headers.get("x-amzn-requestid"), /^request-/);
    },
  );

  t.test("overloads that differ by a fixed query are two operations", async (t) => {
    const overloads: [path: string, operation: string][] = [
      ["/2018-10-31/layers", "ListLayers"],
      ["/2018-10-31/layers?find=LayerVersion&Arn=a", "GetLayerVersionByArn"],
      ["/2019-09-30/functions/f/provisioned-concurrency?Qualifier=1", "GetProvisionedConcurrencyConfig"],
      ["/2019-09-30/functions/f/provisioned-concurrency?List=ALL", "ListProvisionedConcurrencyConfigs"],
    ];
    for (const [path, operation] of overloads) {
      const { status, text } = await ask(wire, "GET", path);
      t.equal(status, 501);
      t.match(text, `Lambda ${operation} is not built`);
    }
  });

  t.test("a path of no service is 404", async (t) => {
    const { status, headers } = await ask(wire, "GET", "/nowhere");
    t.equal(status, 404);
    t.equal(headers.get("x-amzn-errortype"), "UnknownOperationException");
  });

  t.test("a path that is no path is the caller's fault", async (t) => {
    for (const path of ["/2015-03-31/functions/%zz", "/%00", "//", "/2015-03-31/functions/%2e%2e"]) {
      const { status } = await ask(wire, "GET", path);
      t.ok(status >= 400 && status < 500, `${path}: ${status}`);
    }
  });

  t.test("a body over the limit is refused with 413", async (t) => {
    const { status, headers } = await ask(wire, "POST", "/v1/submitjob", "x".repeat(5000));
    t.equal(status, 413);
    t.equal(headers.get("x-amzn-errortype"), "RequestEntityTooLargeException");
  });

  t.test("a content type that is none is the caller's mistake", async (t) => {
    const response = await fetch(`${wire.url}/v1/submitjob`, {
      method: "POST",
      headers: { "content-type": "nonsense" },
      body: '{"jobName":"a","jobQueue":"b","jobDefinition":"c"}',
    });
    t.equal(response.status, 400);
    t.equal(response.headers.get("x-amzn-errortype"), "SerializationException");
  });
});

t.test("awsQuery", async (t) => {
  const wire = await aWire(t, { services: SERVICES, auth: "open", bodyLimitBytes: 4096 });
  const CREATE = "Action=CreateTargetGroup&Name=a";

  const cases: [title: string, form: string, code: string, message: RegExp][] = [
    [
      "an operation AWS does not have",
      "Action=Fly",
      "InvalidAction",
      /Could not find operation Fly for version 2015-12-01/,
    ],
    ["a missing member", "Action=CreateTargetGroup", "ValidationError", /Value null at &?.*Name/],
    ["a wrong type", `${CREATE}&Port=http`, "MalformedInput", /http.* cannot be converted to a Number at .*Port/],
    ["a structure where text belongs", `${CREATE}&Port.a=1`, "MalformedInput", /Start of structure or map found/],
    [
      "an enum's wrong value",
      `${CREATE}&Protocol=SMTP`,
      "ValidationError",
      /Value 'SMTP' at 'Protocol' .* \[GENEVE, HTTP, /,
    ],
    [
      "a boolean that is none",
      `${CREATE}&HealthCheckEnabled=yes`,
      "MalformedInput",
      /'yes' cannot be converted to a Boolean/,
    ],
  ];
  for (const [title, form, code, message] of cases) {
    t.test(`${title} is told as ${code}`, async (t) => {
      const { status, text, headers } = await askElb(wire, form);
      t.equal(status, 400);
      t.match(text, `<Type>Sender</Type><Code>${code}</Code>`);
      t.match(text, message);
      t.match(text, `<RequestId>${headers.get("x-amzn-requestid")}</RequestId>`);
      t.equal(headers.get("content-type"), "text/xml");
    });
  }

  t.test("an error's wire code and escaping are AWS's", async (t) => {
    const { status, text } = await askElb(wire, "Action=DescribeLoadBalancers");
    t.equal(status, 400);
    t.match(text, "<Code>LoadBalancerNotFound</Code><Message>Load balancer 'a&lt;b&gt;' not found</Message>");
  });

  t.test("an operation without a handler is 501 with its name", async (t) => {
    const { status, text } = await askElb(wire, "Action=CreateLoadBalancer");
    t.equal(status, 501);
    t.match(text, "Elastic Load Balancing v2 CreateLoadBalancer is not built in Berth yet.");
  });

  t.test("an action may stand in the query of a GET", async (t) => {
    const { text } = await ask(wire, "GET", "/?Action=DescribeLoadBalancers&Version=2015-12-01");
    t.match(text, "<Code>LoadBalancerNotFound</Code>");
  });

  t.test("a body over the limit is refused with 413 in XML", async (t) => {
    const { status, text } = await askElb(wire, `Action=CreateTargetGroup&Name=${"a".repeat(5000)}`);
    t.equal(status, 413);
    t.match(text, "<Code>RequestEntityTooLarge</Code>");
  });
});
