import type { ExecOutput, ExecPlan, RunningExec } from "../../fleet/model/exec.ts";
import { EngineError } from "../../fleet/ports.ts";
import { scriptedBehaviour } from "./behaviour.ts";
import { channel } from "./channel.ts";
import type { SimulatedContainer } from "./container.ts";

const NOT_FOUND = 127;

/** A program in a simulated container: `cat` repeats its input, all others say and end at once what their words tell. */
export const simulatedExec = (container: SimulatedContainer | undefined, { command }: ExecPlan): RunningExec => {
  if (!container) throw new EngineError(404, "No such container");
  if (container.state !== "running") throw new EngineError(409, `Container ${container.id} is not running`);
  const output = channel<ExecOutput>(() => {});
  const behaviour = scriptedBehaviour({ ...container.plan, entryPoint: [], command });
  const isCat = command[0] === "cat";
  const say = (text: string) => output.push({ stream: "stdout", bytes: Buffer.from(text) });
  for (const line of behaviour?.output ?? []) say(`${line}\n`);
  if (!isCat) output.end();
  return {
    output: output.items,
    async write(bytes) {
      if (isCat) say(Buffer.from(bytes).toString());
    },
    endInput: output.end,
    resize: async () => {},
    exitCode: async () => (isCat ? 0 : (behaviour?.exitCode ?? (behaviour ? 0 : NOT_FOUND))),
    close: output.end,
  };
};
