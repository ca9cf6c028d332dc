import type { Duplex } from "node:stream";
import { text } from "node:stream/consumers";
import WebSocket, { createWebSocketStream } from "ws";
import { failureFrom } from "../api.ts";
import type { Connection } from "../connection.ts";

/** A WebSocket of /api as a stream of its messages. Throws what the server answers instead. */
export const openSocket = (
  { url, apiToken, region }: Pick<Connection, "url" | "apiToken" | "region">,
  path: string,
): Promise<Duplex> =>
  new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${apiToken}`, "x-berth-region": region };
    const socket = new WebSocket(new URL(`/api${path}`, url.replace(/^http/, "ws")), { headers });
    const stream = createWebSocketStream(socket, { readableObjectMode: true });
    stream.on("error", reject);
    socket.once("unexpected-response", (_request, answer) => {
      void text(answer).then((body) => reject(failureFrom(answer.statusCode ?? 500, body)), reject);
    });
    socket.once("open", () => resolve(stream));
  });
