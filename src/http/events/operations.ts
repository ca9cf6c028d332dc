import { Type } from "typebox";
import type { Change, ChangeFeed, FeedItem } from "../../kernel/change-feed.ts";
import { type OwnCall, type OwnOperation, ownOperation, type ServerEvent } from "../../kernel/own-operation.ts";
import { InvalidRequestError } from "../rest/errors.ts";
import { changeSchema } from "./schemas.ts";

/** A change in EventBridge's shape, from the records as they are now: none, one, or several events. */
export type ToEventBridge = (change: Change) => Promise<readonly object[]>;

/**
 * The change feed as server-sent events. A reader pulls: one that is slow falls behind in the feed and not in our memory, and once
 * entries it never read are trimmed it is sent `resync`: look again at everything.
 */
export const eventOperations = (feed: ChangeFeed, toEventBridge: ToEventBridge): OwnOperation[] => [
  ownOperation({
    name: "FollowEvents",
    summary: "Changes as they happen; resumes after Last-Event-ID, says `resync` where some are lost",
    method: "GET",
    path: "/events",
    query: Type.Object(
      { kinds: Type.Optional(Type.String({ description: "Only these, comma separated: task,host" })) },
      { additionalProperties: false },
    ),
    answer: "events",
    output: changeSchema,
    async handle(call) {
      const kinds = call.query.kinds?.split(",").map((kind) => kind.trim());
      return changeEvents(await itemsFor(feed, call), kinds && new Set(kinds));
    },
  }),
  ownOperation({
    name: "FollowEventBridgeEvents",
    summary:
      "ECS Task State Change, Service Action and Deployment State Change, Batch Job State Change and ECR Image Action events in EventBridge's shape; resumes after Last-Event-ID",
    method: "GET",
    path: "/events/eventbridge",
    answer: "events",
    output: Type.Object({}, { description: "The event, as EventBridge hands it to its targets" }),
    handle: async (call) => eventBridgeEvents(await itemsFor(feed, call), toEventBridge),
  }),
];

const itemsFor = async (feed: ChangeFeed, { lastEventId, signal }: OwnCall): Promise<AsyncIterable<FeedItem>> => {
  if (lastEventId !== undefined && !/^\d+-\d+(\.\d+)?$/.test(lastEventId)) {
    throw new InvalidRequestError("Last-Event-ID is no id of an event of this stream");
  }
  return feed.follow(lastEventId ?? (await feed.position()), signal);
};

async function* changeEvents(
  items: AsyncIterable<FeedItem>,
  kinds: ReadonlySet<string> | undefined,
): AsyncIterable<ServerEvent> {
  for await (const item of items) {
    if (item.type === "resync") yield resync(item.from);
    else if (!kinds || kinds.has(item.change.kind))
      yield { id: item.change.id, event: item.change.kind, data: item.change };
  }
}

async function* eventBridgeEvents(
  items: AsyncIterable<FeedItem>,
  toEventBridge: ToEventBridge,
): AsyncIterable<ServerEvent> {
  for await (const item of items) {
    if (item.type === "resync") {
      yield resync(item.from);
      continue;
    }
    const events = await toEventBridge(item.change);
    // Only the last bears the change's id: a client that lost its connection between two is told of both again.
    for (const [index, data] of events.entries())
      yield { ...(index === events.length - 1 && { id: item.change.id }), event: "eventbridge", data };
  }
}

// Without an id: a client that loses its connection right after it shall be told again.
const resync = (from: string): ServerEvent => ({ event: "resync", data: { from } });
