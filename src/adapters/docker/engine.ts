import type { ContainerEngine } from "../../fleet/ports.ts";
import { askOver } from "./ask.ts";
import type { Connection, DockerOptions } from "./connection.ts";
import { containerVerbs } from "./containers.ts";
import { type DockerInfo, engineInfo } from "./engine-info.ts";
import { eventsOf, openEvents } from "./events.ts";
import { execVerb } from "./exec.ts";
import { imageVerbs } from "./images.ts";
import { logLines } from "./logs.ts";
import { networkVerbs } from "./networks.ts";
import { useVerb } from "./use.ts";
import { volumeVerbs } from "./volumes.ts";

const PING_WITHIN_MS = 3_000;

/** One Docker engine over a connection. */
export const dockerEngine = (connection: Connection, { answerWithinMs = 10_000 }: DockerOptions): ContainerEngine => {
  const ask = askOver(connection, answerWithinMs);
  return {
    async info() {
      return engineInfo(await ask.answer<DockerInfo>({ method: "GET", path: "/info" }));
    },
    async ping() {
      await ask.answer({ method: "GET", path: "/_ping", withinMs: PING_WITHIN_MS });
    },
    ...imageVerbs(ask, connection.address),
    ...networkVerbs(ask),
    ...volumeVerbs(ask),
    ...containerVerbs(ask),
    ...execVerb(ask),
    ...useVerb(ask),
    watch(labels, signal) {
      const opened = openEvents(ask, labels, signal);
      const subscribed = opened.then(() => {});
      // Who only reads the events meets the failure there.
      subscribed.catch(() => {});
      return { subscribed, events: eventsOf(connection.address, opened, signal) };
    },
    logs: (id, options) => logLines(ask, connection.address, id, options),
  };
};
