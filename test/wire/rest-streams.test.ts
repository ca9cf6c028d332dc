import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import t, { type Test } from "tap";
import { movableClock } from "../../src/adapters/simulated/clock.ts";
import { simulatedWorkQueue } from "../../src/adapters/simulated/work-queue.ts";
import { webhookDeliverer, webhookWakeUps } from "../../src/admin/index.ts";
import { postJson } from "../../src/app/post.ts";
import type { LogLine } from "../../src/fleet/index.ts";
import type { Change } from "../../src/kernel/change-feed.ts";
import { aTask, TASK_ID } from "./support/fake-fleet.ts";
import { AUTHORIZED, restWorld } from "./support/rest-world.ts";

/** A world that listens, and its streams read in pieces by their separator. */
const listeningWorld = async (t: Test) => {
  const world = await restWorld(t);
  const url = await world.app.listen({ host: "127.0.0.1", port: 0 });
  const open = async (path: string, separator: string, headers: Record<string, string> = {}) => {
    const controller = new AbortController();
    // A stream that never tells what a test waits for ends with these words, not with the runner's patience.
    const late = new Error(`${path} did not tell what was waited for within ten seconds`);
    const deadline = setTimeout(() => controller.abort(late), 10_000);
    t.teardown(() => clearTimeout(deadline));
    const response = await fetch(url + path, { headers: { ...AUTHORIZED, ...headers }, signal: controller.signal });
    return {
      status: response.status,
      type: response.headers.get("content-type"),
      leave: () => controller.abort(),
      pieces: piecesOf(response, separator),
    };
  };
  return { ...world, open };
};

async function* piecesOf(response: Response, separator: string): AsyncGenerator<string, undefined> {
  let text = "";
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const pieces = text.split(separator);
    text = pieces.pop() ?? "";
    yield* pieces;
  }
  if (text !== "") yield text;
  return undefined;
}

/** The next server-sent event that is no heartbeat: its fields. */
const nextEvent = async (pieces: AsyncGenerator<string, undefined>): Promise<Record<string, string> | undefined> => {
  for (;;) {
    const { value, done } = await pieces.next();
    if (done || value === undefined) return undefined;
    if (value.startsWith(":")) continue;
    return Object.fromEntries(
      value.split("\n").map((line) => [line.slice(0, line.indexOf(": ")), line.slice(line.indexOf(": ") + 2)]),
    );
  }
};

/** Waits until a condition holds, looking again at each turn of the event loop; says what it waited for if it never does. */
const eventually = async (what: string, holds: () => boolean): Promise<void> => {
  const until = Date.now() + 10_000;
  while (!holds()) {
    if (Date.now() > until) throw new Error(`waited ten seconds until ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
};

const lineOf = (text: string, at: string, partial = false): LogLine => ({ stream: "stdout", at, text, partial });

t.test("/api/events", async (t) => {
  t.test("tells changes as they happen, of the kinds asked for", async (t) => {
    const { open, feed } = await listeningWorld(t);
    feed.append({ kind: "task", subject: "before" });
    const stream = await open("/api/events?kinds=task,host", "\n\n");
    t.equal(stream.type, "text/event-stream");
    feed.append({ kind: "cluster", subject: "default" });
    const placed = feed.append({ kind: "task", subject: "t1", verb: "placed", facts: { host: "local-1" } });
    const event = await nextEvent(stream.pieces);
    t.match(event, { id: placed.id, event: "task" }, "neither what was before nor another kind");
    t.strictSame(JSON.parse(event!.data!), placed);
  });

  t.test("resumes after Last-Event-ID", async (t) => {
    const { open, feed } = await listeningWorld(t);
    const seen = feed.append({ subject: "seen" });
    feed.append({ subject: "missed" });
    const { pieces } = await open("/api/events", "\n\n", { "last-event-id": seen.id });
    t.match(await nextEvent(pieces), { data: /"subject":"missed"/ });
    feed.append({ subject: "new" });
    t.match(await nextEvent(pieces), { data: /"subject":"new"/ });
  });

  t.test("says resync where entries were trimmed before they were read", async (t) => {
    const { open, feed } = await listeningWorld(t);
    const seen = feed.append({ subject: "seen" });
    feed.append({ subject: "lost" });
    feed.append({ subject: "kept" });
    feed.trim(2);
    const { pieces } = await open("/api/events", "\n\n", { "last-event-id": seen.id });
    const resync = await nextEvent(pieces);
    t.match(resync, { event: "resync", data: `{"from":"${seen.id}"}` });
    t.notOk(resync?.id, "a client that reconnects here is told again");
    t.match(await nextEvent(pieces), { data: /"subject":"kept"/ });
  });

  t.test("keeps a quiet stream alive by comments", async (t) => {
    const { open } = await listeningWorld(t);
    const { pieces } = await open("/api/events", "\n\n");
    t.equal((await pieces.next()).value, ": heartbeat");
  });

  t.test("refuses what is no id of an event", async (t) => {
    const { ask } = await restWorld(t);
    t.equal((await ask("GET", "/api/events", undefined, { "last-event-id": "yesterday" })).status, 400);
    t.equal((await ask("GET", "/api/events?kind=task")).status, 400, "nor a misspelt query");
  });

  t.test("stops reading the feed when the client leaves, and when the server closes", async (t) => {
    const { app, open, feed } = await listeningWorld(t);
    const one = await open("/api/events", "\n\n");
    const other = await open("/api/events", "\n\n");
    await eventually("two readers follow the feed", () => feed.readers() === 2);
    one.leave();
    await eventually("the reader that left is gone", () => feed.readers() === 1);
    const closed = app.close();
    t.equal(await nextEvent(other.pieces), undefined, "the stream ends");
    await closed;
    t.equal(feed.readers(), 0);
    await t.rejects(one.pieces.next());
  });

  t.test("tells ECS Task State Change events in EventBridge's shape", async (t) => {
    const { open, feed } = await listeningWorld(t);
    const { pieces } = await open("/api/events/eventbridge", "\n\n");
    feed.append({ kind: "host", subject: "local-1" });
    const change = feed.append({ kind: "task", subject: "t1" });
    const event = await nextEvent(pieces);
    t.match(event, { id: change.id, event: "eventbridge" });
    t.strictSame(JSON.parse(event!.data!), { "detail-type": "ECS Task State Change", resources: ["t1"] });
  });

  t.test(
    "tells all events of one change, and only the last bears its id: who resumes between them hears both again",
    async (t) => {
      const { open, feed } = await listeningWorld(t);
      const { pieces } = await open("/api/events/eventbridge", "\n\n");
      const change = feed.append({ kind: "service", subject: "web" });
      const told = [await nextEvent(pieces), await nextEvent(pieces)];
      t.strictSame(
        told.map((event) => [event?.id, JSON.parse(event?.data ?? "{}")["detail-type"]]),
        [
          [undefined, "ECS Deployment State Change"],
          [change.id, "ECS Service Action"],
        ],
      );
    },
  );
});

t.test("/api/tasks/{id}/logs", async (t) => {
  async function* written(...lines: LogLine[]): AsyncIterable<LogLine> {
    yield* lines;
  }

  t.test("tells all containers' lines in the order they were written", async (t) => {
    const { ask, tasks, lines, logRequests } = await restWorld(t);
    tasks.push(aTask(["app", "side"]));
    lines.app = () => written(lineOf("one", "2026-01-01T00:00:01Z"), lineOf("three", "2026-01-01T00:00:03Z"));
    lines.side = () => written(lineOf("two", "2026-01-01T00:00:02Z", true), lineOf("four", "2026-01-01T00:00:04Z"));
    const answer = await ask("GET", `/api/tasks/${TASK_ID}/logs?tail=10`);
    t.match(answer.headers["content-type"], /^application\/x-ndjson/);
    const told = answer.text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    t.strictSame(
      told.map(({ container, text }) => `${container} ${text}`),
      ["app one", "side two", "app three", "side four"],
    );
    t.strictSame(told[0], { container: "app", stream: "stdout", at: "2026-01-01T00:00:01Z", text: "one" });
    t.equal(told[1].partial, true);
    t.strictSame(logRequests, [
      { container: "app", follow: false, tail: 10 },
      { container: "side", follow: false, tail: 10 },
    ]);
  });

  t.test("tells one container's lines, and which containers there are if it has none of that name", async (t) => {
    const { ask, tasks, lines } = await restWorld(t);
    tasks.push(aTask(["app", "side"]));
    lines.side = () => written(lineOf("only", "2026-01-01T00:00:02Z"));
    t.match((await ask("GET", `/api/tasks/${TASK_ID}/logs?container=side`)).text, /only/);
    const refused = await ask("GET", `/api/tasks/${TASK_ID}/logs?container=web`);
    t.equal(refused.status, 400);
    t.match(refused.text, /no container web; it has app, side/);
  });

  t.test("follows: each line as it comes, and nothing is read on for a client that left", async (t) => {
    const { open, tasks, lines, feed } = await listeningWorld(t);
    tasks.push(aTask(["app", "quiet"]));
    // The feed serves as a source of lines here: it waits as a container's output does.
    let left = 0;
    async function* following(subject: string, signal: AbortSignal): AsyncIterable<LogLine> {
      try {
        for await (const item of feed.follow("0-0", signal)) {
          if (item.type === "change" && item.change.subject === subject)
            yield lineOf(item.change.verb, "2026-01-01T00:00:01Z");
        }
      } finally {
        left += 1;
      }
    }
    lines.app = (signal) => following("app", signal);
    lines.quiet = (signal) => following("quiet", signal);
    feed.append({ subject: "app", verb: "hello" });
    const stream = await open(`/api/tasks/${TASK_ID}/logs?follow=true`, "\n");
    t.equal(JSON.parse((await stream.pieces.next()).value!).text, "hello", "though the other container is silent");
    feed.append({ subject: "app", verb: "again" });
    t.equal(JSON.parse((await stream.pieces.next()).value!).text, "again");
    stream.leave();
    await eventually("both containers' followers have ended", () => left === 2);
    await t.rejects(stream.pieces.next());
  });
});

t.test("/api/tasks/{id}/progress tells pull lines and statuses until the task runs or has stopped", async (t) => {
  const { open, tasks, feed, tellProgress, progressListeners } = await listeningWorld(t);
  tasks.push(aTask(["app"]));
  const { pieces } = await open(`/api/tasks/${TASK_ID}/progress`, "\n\n");
  t.match(await nextEvent(pieces), { event: "status", data: '{"status":"PENDING"}' });
  tellProgress("pulling layer 1 of 3");
  t.match(await nextEvent(pieces), { event: "line", data: '{"line":"pulling layer 1 of 3"}' });
  feed.append({ subject: "another task" });
  feed.append({ subject: TASK_ID });
  const stop = { code: "TaskFailedToStart", reason: "Task failed to start", at: 2 } as const;
  const app = {
    name: "app",
    status: "STOPPED",
    reason: "CannotPullContainerError: gone",
    bindings: [],
    restartCount: 0,
  } as const;
  tasks[0] = aTask(["app"], { stop, observed: { status: "STOPPED", containers: [app] } });
  feed.append({ subject: TASK_ID });
  t.match(await nextEvent(pieces), {
    event: "status",
    data: '{"status":"STOPPED","reason":"CannotPullContainerError: gone"}',
  });
  t.equal(await nextEvent(pieces), undefined, "and the stream ends");
  await eventually("nobody listens any more", () => progressListeners.size === 0);
});

/** A receiver that answers as told, and what it was sent. */
const aReceiver = async (t: Test, answers: readonly number[]) => {
  const received: { headers: IncomingHttpHeaders; body: unknown; path: string | undefined }[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const status = answers[received.length] ?? 200;
    received.push({ headers: request.headers, body: JSON.parse(body), path: request.url });
    response.writeHead(status, status === 302 ? { location: "/elsewhere" } : {}).end("thank you");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.teardown(() => new Promise((resolve) => server.close(resolve)));
  return { received, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` };
};

t.test("webhooks", async (t) => {
  /** The wing with its deliverer on a queue whose clock a test moves. */
  const deliveringWorld = async (t: Test) => {
    const world = await restWorld(t);
    const clock = movableClock();
    const queue = simulatedWorkQueue(clock);
    const { webhooks, toEventBridge } = world;
    await queue.handle(webhookDeliverer({ webhooks, queue, toEventBridge, post: postJson }), 4);
    const relay = async (change: Change) => {
      for (const { wakeUp, options } of webhookWakeUps(change)) await queue.add(wakeUp, options);
    };
    return { ...world, clock, queue, relay };
  };

  t.test("are told of a task's change, once the receiver takes it", async (t) => {
    const { ask, feed, relay, clock, queue } = await deliveringWorld(t);
    const { received, url } = await aReceiver(t, [500, 302]);
    const made = await ask("POST", "/api/webhooks", { url, detailTypes: ["ECS Task State Change"] });
    t.equal(made.status, 201);
    const change = feed.append({ kind: "task", subject: "t1" });
    await relay(change);
    await eventually("the first try was answered 500", () => received.length === 1 && clock.pending() === 1);
    await clock.advance(999);
    t.equal(received.length, 1, "not tried again before a second has passed");
    await clock.advance(1);
    await eventually("the second try was answered by a redirect", () => received.length === 2 && clock.pending() === 1);
    await clock.advance(2000);
    await eventually("the third try was taken", () => received.length === 3 && queue.size() === 0);
    t.strictSame(new Set(received.map(({ path }) => path)), new Set(["/hook"]), "a redirect leads nowhere");
    t.strictSame(received[2]!.body, { "detail-type": "ECS Task State Change", resources: ["t1"] });
    for (const { headers } of received) t.equal(headers["x-berth-event-id"], change.id, "the same event each time");
  });

  t.test("are told of each event of a change by an id of its own", async (t) => {
    const { ask, feed, relay, queue } = await deliveringWorld(t);
    const { received, url } = await aReceiver(t, []);
    await ask("POST", "/api/webhooks", { url });
    const change = feed.append({ kind: "service", subject: "web" });
    await relay(change);
    await eventually("both were taken", () => received.length === 2 && queue.size() === 0);
    t.match(received, [
      { headers: { "x-berth-event-id": change.id }, body: { "detail-type": "ECS Deployment State Change" } },
      { headers: { "x-berth-event-id": `${change.id}-1` }, body: { "detail-type": "ECS Service Action" } },
    ]);
  });

  t.test("are left alone by changes they did not ask for", async (t) => {
    const { ask, feed, relay, clock, queue } = await deliveringWorld(t);
    const { received, url } = await aReceiver(t, []);
    await ask("POST", "/api/webhooks", { url, detailTypes: ["ECS Service Action"] });
    await relay(feed.append({ kind: "task" }));
    await relay(feed.append({ kind: "host" }));
    await clock.settle();
    await eventually("the queue is empty", () => queue.size() === 0);
    t.equal(received.length, 0);
  });

  t.test("hear nothing more once removed, not even what waited", async (t) => {
    const { ask, feed, relay, clock, queue } = await deliveringWorld(t);
    const { received, url } = await aReceiver(t, [500]);
    const { id } = (await ask("POST", "/api/webhooks", { url })).json as { id: string };
    await relay(feed.append({ kind: "task" }));
    await eventually("the first try was answered 500", () => received.length === 1 && clock.pending() === 1);
    t.equal((await ask("DELETE", `/api/webhooks/${id}`)).status, 204);
    t.equal((await ask("DELETE", `/api/webhooks/${id}`)).status, 404);
    await clock.advance(1000);
    await eventually("the queue is empty", () => queue.size() === 0);
    t.equal(received.length, 1);
    t.strictSame((await ask("GET", "/api/webhooks")).json, []);
  });

  t.test("are given up after nine tries", async (t) => {
    const { ask, feed, relay, clock, queue } = await deliveringWorld(t);
    const { received, url } = await aReceiver(t, Array(20).fill(503));
    await ask("POST", "/api/webhooks", { url });
    await relay(feed.append({ kind: "task" }));
    for (let attempt = 1; attempt < 9; attempt += 1) {
      await eventually(`try ${attempt} failed`, () => received.length === attempt && clock.pending() === 1);
      await clock.advance(1000 * 2 ** (attempt - 1));
    }
    await eventually("the last try failed", () => queue.failed.length === 1);
    t.equal(received.length, 9);
    t.match(String(queue.failed[0]!.error), /answered 503/);
  });

  t.test("are refused unless they are plain http or https", async (t) => {
    const { ask } = await restWorld(t);
    for (const url of [
      "file:///etc/passwd",
      "ftp://a/b",
      "nowhere",
      "http://user:password@127.0.0.1/",
      "unix:/run/x",
    ]) {
      const answer = await ask("POST", "/api/webhooks", { url });
      t.equal(answer.status, 400, url);
      t.match(answer.text, /url is refused/);
    }
  });
});
