import { spawn } from "node:child_process";
import { buffer } from "node:stream/consumers";

/** Distribution's program and the configuration that it serves with. */
export interface RegistryProgram {
  readonly program: string;
  readonly config: string;
}

// The collector ends with this process, also where it is killed: one that outlived it would sweep beside the pushes that the next control plane takes.
const WHILE_WATCHED =
  'exec 3<&0; "$@" </dev/null 3<&- & collector=$!; (read -r _ <&3; kill -9 $collector) & watcher=$!; ' +
  "wait $collector; code=$?; kill $watcher; exit $code";

/**
 * Frees what no manifest refers to any more, by Distribution's own collector. It marks and sweeps without a lock: no upload and no push may
 * be under way meanwhile, or their layers go. Rejects with the program's words where it fails.
 */
export const collectGarbage = async ({ program, config }: RegistryProgram): Promise<void> => {
  const child = spawn("sh", ["-c", WHILE_WATCHED, "sh", program, "garbage-collect", config], {
    stdio: ["pipe", "ignore", "pipe"],
  });
  const ended = new Promise<number | null>((resolve, reject) => child.once("error", reject).once("close", resolve));
  const [code, said] = await Promise.all([ended, buffer(child.stderr)]);
  if (code !== 0) throw new Error(`${program} garbage-collect ended with ${code}: ${said.toString().slice(-2_000)}`);
};
