import * as batch from "@aws-sdk/client-batch";
import * as logs from "@aws-sdk/client-cloudwatch-logs";
import * as ecr from "@aws-sdk/client-ecr";
import * as ecs from "@aws-sdk/client-ecs";
import * as elb from "@aws-sdk/client-elastic-load-balancing-v2";
import * as lambda from "@aws-sdk/client-lambda";
import * as secretsmanager from "@aws-sdk/client-secrets-manager";
import * as ssm from "@aws-sdk/client-ssm";
import * as sts from "@aws-sdk/client-sts";
import fc from "fast-check";
import t from "tap";
import { modelOf, type OperationModel } from "../../src/http/aws/model.ts";
import type { OperationTable } from "../../src/kernel/operation.ts";
import { aWire } from "./support/a-wire.ts";
import { structureOf } from "./support/arbitrary.ts";

const SERVICES = { batch, ecr, ecs, elb, lambda, logs, secretsmanager, ssm, sts };
// Over 349 operations one exchange each is already a few hundred shapes; more only costs time.
const RUNS_EACH = 1;

// Event streams are not spoken yet.
const NOT_SPOKEN = new Set(["InvokeWithResponseStream", "StartLiveTail", "GetLogObject"]);

type Client = { send(command: object): Promise<Record<string, unknown>>; destroy(): void };

const clientOf = (module: object, options: object): Client => {
  const [, ClientClass] = Object.entries(module).find(([name]) => /^[A-Z]\w*Client$/.test(name))!;
  return new (ClientClass as new (options: object) => Client)(options);
};

// Byte arrays compare by content, whichever class carries them.
const plain = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, one: unknown) => (one instanceof Uint8Array ? Buffer.from(one).toString("base64") : one)),
  );

/** What arrived of what was sent; tokens that the client adds by itself are no difference. */
const onlyMembersOf = (sent: Record<string, unknown>, received: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(received).filter(([name]) => name in sent || !/token$/i.test(name)));

for (const [name, module] of Object.entries(SERVICES)) {
  t.test(`every operation of ${name} carries what AWS's own client says and hears`, async (t) => {
    const { operations, protocol } = modelOf(module);
    let received: Record<string, unknown> = {};
    let output: object = {};
    const echo = async (input: Record<string, unknown>) => {
      received = input;
      return output;
    };
    const handlers = Object.fromEntries([...operations.keys()].map((one) => [one, echo])) as unknown as OperationTable;
    // Open, because the SDK sends some operations of STS unsigned.
    const wire = await aWire(t, { services: [{ model: module, handlers }], auth: "open" });
    const client = clientOf(module, wire.client);
    t.teardown(() => client.destroy());

    const check = async ({ name: operation, input: inputShape, output: outputShape }: OperationModel) => {
      const Command = (module as unknown as Record<string, new (input: object) => object>)[`${operation}Command`]!;
      const exchanges = fc.tuple(structureOf(inputShape, protocol), structureOf(outputShape, protocol));
      for (const [sent, said] of fc.sample(exchanges, { numRuns: RUNS_EACH, seed: 4 })) {
        output = said!;
        const { $metadata: _, ...heard } = await client.send(new Command(sent!)).catch((error: Error) => {
          throw new Error(`${operation}: ${error.name} ${error.message} on ${JSON.stringify(sent)}`);
        });
        t.strictSame(plain(onlyMembersOf(sent!, received)), plain(sent), `${operation} hears what was said`);
        t.strictSame(plain(heard), plain(said), `${operation} is heard`);
      }
    };
    for (const operation of operations.values()) if (!NOT_SPOKEN.has(operation.name)) await check(operation);
  });
}
