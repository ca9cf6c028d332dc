import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import type { ExecOutput, ExecPlan, RunningExec, TerminalSize } from "../../fleet/model/exec.ts";
import type { ContainerId } from "../../fleet/model/ids.ts";
import { type ContainerEngine, EngineError } from "../../fleet/ports.ts";
import type { Ask } from "./ask.ts";
import { multiplexedFrames } from "./log-frames.ts";

/** Docker may still call a program running whose output has just ended. */
const END_SHOWS_WITHIN_TRIES = 100;
const TRY_AGAIN_MS = 50;

async function* outputOf(bytes: AsyncIterable<Uint8Array>, hasTerminal: boolean): AsyncGenerator<ExecOutput> {
  if (!hasTerminal) for await (const frames of multiplexedFrames(bytes)) yield* frames;
  else for await (const piece of bytes) yield { stream: "stdout", bytes: piece };
}

/** Runs a program in a running container over a connection of its own, which Docker turns into the program's streams. */
const exec = async (ask: Ask, container: ContainerId, { command, terminal }: ExecPlan): Promise<RunningExec> => {
  const Tty = terminal !== undefined;
  const streams = { AttachStdin: true, AttachStdout: true, AttachStderr: true, Tty };
  const body = { ...streams, Cmd: [...command] };
  const { Id } = await ask.answer<{ Id: string }>({
    method: "POST",
    path: `/containers/${encodeURIComponent(container)}/exec`,
    body,
  });
  const path = `/exec/${Id}`;
  const socket = await ask.upgrade({ method: "POST", path: `${path}/start`, body: { Detach: false, Tty } });
  // What breaks is told to whoever reads the output.
  socket.on("error", () => {});
  const resize = async ({ columns, rows }: TerminalSize): Promise<void> => {
    if (!Tty) return;
    await ask.answer({ method: "POST", path: `${path}/resize`, query: { w: columns, h: rows } }).catch((error) => {
      // It has ended meanwhile, or is only about to begin: the next change of size is told again.
      if (!(error instanceof EngineError)) throw error;
    });
  };
  if (terminal) await resize(terminal);
  return {
    output: outputOf(socket, Tty),
    async write(bytes) {
      // Of a program that ended nobody takes any more: that is told by its output.
      if (socket.writable && !socket.write(bytes)) await Promise.race([once(socket, "drain"), once(socket, "close")]);
    },
    endInput: () => void socket.end(),
    resize,
    async exitCode() {
      for (let left = END_SHOWS_WITHIN_TRIES; ; left -= 1) {
        const seen = await ask.answer<{ ExitCode: number | null }>({ method: "GET", path: `${path}/json` });
        if (seen.ExitCode !== null) return seen.ExitCode;
        if (left === 0) throw new EngineError(500, "the engine does not tell how the program ended");
        await pause(TRY_AGAIN_MS);
      }
    },
    close: () => void socket.destroy(),
  };
};

export const execVerb = (ask: Ask): Pick<ContainerEngine, "exec"> => ({ exec: (id, plan) => exec(ask, id, plan) });
