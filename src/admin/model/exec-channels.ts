import type { TerminalSize } from "../../fleet/index.ts";

/**
 * Channels of `v5.channel.k8s.io`, as kubectl speaks it: the first byte of each message says what the rest is. Here the status is
 * `{"exitCode": 3}` or `{"message": "…"}`.
 */
const CHANNEL = { stdin: 0, stdout: 1, stderr: 2, status: 3, resize: 4, close: 255 } as const;

/** What a client says. */
export type FromClient =
  | { readonly type: "input"; readonly bytes: Uint8Array }
  | { readonly type: "end of input" }
  | { readonly type: "resize"; readonly size: TerminalSize };

/** A message to the client. */
export const toClient = (channel: "stdout" | "stderr" | "status", content: Uint8Array): Uint8Array =>
  Buffer.concat([Buffer.of(CHANNEL[channel]), content]);

/** A message of the client; `undefined` for one that says nothing. */
export const fromClient = (message: Uint8Array): FromClient | undefined => {
  const bytes = message.subarray(1);
  if (message[0] === CHANNEL.stdin) return { type: "input", bytes };
  if (message[0] === CHANNEL.close && bytes[0] === CHANNEL.stdin) return { type: "end of input" };
  const size = message[0] === CHANNEL.resize ? sizeOf(bytes) : undefined;
  return size && { type: "resize", size };
};

const isSide = (value: unknown): value is number =>
  Number.isInteger(value) && Number(value) > 0 && Number(value) < 65_536;

/** Kubernetes' names: `{"Width": 80, "Height": 24}`. */
const sizeOf = (bytes: Uint8Array): TerminalSize | undefined => {
  try {
    const { Width: columns, Height: rows } = JSON.parse(Buffer.from(bytes).toString()) as Record<string, unknown>;
    return isSide(columns) && isSide(rows) ? { columns, rows } : undefined;
  } catch {
    return undefined;
  }
};
