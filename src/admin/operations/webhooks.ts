import { Type } from "typebox";
import { type OwnOperation, ownOperation } from "../../kernel/own-operation.ts";
import type { Stored } from "../../kernel/records.ts";
import { InvalidParameterException, ResourceNotFoundException } from "../model/errors.ts";
import { refusalOfUrl, type Webhook } from "../model/webhook.ts";
import type { AdminDeps } from "../ports.ts";

const webhookSchema = Type.Object({
  id: Type.String(),
  url: Type.String(),
  detailTypes: Type.Array(Type.String()),
  createdAt: Type.Number({ description: "Milliseconds since 1970" }),
});

/** Where events are sent. */
export const webhookOperations = ({
  webhooks,
  clock,
  random,
}: Pick<AdminDeps, "webhooks" | "clock" | "random">): OwnOperation[] => [
  ownOperation({
    name: "ListWebhooks",
    summary: "Where events are sent",
    method: "GET",
    path: "/webhooks",
    answer: "json",
    status: 200,
    output: Type.Array(webhookSchema),
    async handle() {
      const stored = await webhooks.get(await webhooks.find([]));
      return stored.filter((one) => one !== undefined).map(view);
    },
  }),
  ownOperation({
    name: "AddWebhook",
    summary:
      "Sends ECS Task State Change, Batch Job State Change and ECR Image Action events, in EventBridge's shape, to a URL from now on; each at least once",
    method: "POST",
    path: "/webhooks",
    body: Type.Object(
      {
        url: Type.String({ maxLength: 2048, description: "http: or https:; redirects are not followed" }),
        detailTypes: Type.Optional(
          Type.Array(Type.String(), {
            maxItems: 20,
            description: "`ECS Task State Change`, `Batch Job State Change`, `ECR Image Action`; all where absent",
          }),
        ),
      },
      { additionalProperties: false },
    ),
    answer: "json",
    status: 201,
    output: webhookSchema,
    async handle({ body: { url, detailTypes = [] } }) {
      const refusal = refusalOfUrl(url);
      if (refusal) throw new InvalidParameterException(`url is refused: ${refusal}.`);
      const id = random.hex(16);
      const stored = await webhooks.create(id, { url, detailTypes, createdAt: clock.now() });
      // Sixteen random digits met twice: no caller's mistake, and not worth a loop.
      if (!stored) throw new Error(`webhook ${id} exists already`);
      return view(stored);
    },
  }),
  ownOperation({
    name: "RemoveWebhook",
    summary: "Sends nothing there any more, not even what still waits for a retry",
    method: "DELETE",
    path: "/webhooks/{id}",
    params: Type.Object({ id: Type.String({ minLength: 1 }) }),
    answer: "json",
    status: 204,
    async handle({ params }) {
      if (!(await webhooks.remove(params.id))) throw new ResourceNotFoundException("webhook", params.id);
    },
  }),
];

const view = ({ id, value }: Stored<Webhook>) => ({ id, ...value });
