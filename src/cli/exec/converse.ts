import type { Duplex, Readable } from "node:stream";
import { CliError } from "../failure.ts";
import type { Out } from "../out.ts";

/** As the server's /api speaks: the first byte of each message says what the rest is. */
const CHANNEL = { stdin: 0, stdout: 1, stderr: 2, status: 3, resize: 4, close: 255 } as const;

/** The user's side of a program that runs elsewhere. */
export interface Console {
  readonly input: Readable;
  /** The terminal's size, where the program has one. */
  readonly size?: () => { readonly columns: number; readonly rows: number };
  /** Calls when the size has changed; returns how to stop it. */
  onResize?(changed: () => void): () => void;
}

const message = (channel: number, content: Uint8Array | string): Uint8Array =>
  Buffer.concat([Buffer.of(channel), Buffer.from(content)]);

/** Carries input, output and the terminal's size until the program has ended: its exit code. */
export const converse = async (socket: Duplex, { input, size, onResize }: Console, out: Out): Promise<number> => {
  const send = (channel: number, content: Uint8Array | string): boolean =>
    socket.writable && socket.write(message(channel, content));
  const tellSize = (): void => {
    const { columns = 80, rows = 24 } = size?.() ?? {};
    send(CHANNEL.resize, JSON.stringify({ Width: columns, Height: rows }));
  };
  const deaf = onResize?.(tellSize);
  const onData = (bytes: Buffer): void => {
    if (send(CHANNEL.stdin, bytes)) return;
    input.pause();
    socket.once("drain", () => input.resume());
  };
  const onEnd = (): void => void send(CHANNEL.close, Buffer.of(CHANNEL.stdin));
  input.on("data", onData).once("end", onEnd).once("error", onEnd);
  try {
    for await (const received of socket as AsyncIterable<Buffer>) {
      const content = received.subarray(1);
      if (received[0] === CHANNEL.stdout) out.raw("stdout", content);
      if (received[0] === CHANNEL.stderr) out.raw("stderr", content);
      if (received[0] === CHANNEL.status) return (JSON.parse(content.toString()) as { exitCode: number }).exitCode;
    }
  } finally {
    deaf?.();
    input.off("data", onData).off("end", onEnd);
    input.destroy();
    socket.end();
  }
  throw new CliError("the connection ended before the program", { hint: "see the task with: berth ps" });
};
