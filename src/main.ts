import { pino } from "pino";
import { StoreRefusedError } from "./adapters/redis/store-errors.ts";
import { outlastFullDisk } from "./app/patient-log.ts";
import { startApp } from "./app.ts";
import { announceEndpoint } from "./config/endpoint.ts";
import { ConfigError, readConfig } from "./config.ts";

const read = () => readConfig(process.env, process.cwd());
// A crash as a failpoint means it: no handler runs, nothing is flushed.
const crash = () => process.kill(process.pid, "SIGKILL");
// Written at once, so that a crash loses no line; what a full disk does not take waits in memory.
const stdout = pino.destination({ dest: 1, sync: true, maxLength: 2 ** 20 });
const log = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, stdout);
outlastFullDisk(stdout, (dropped) =>
  log.warn({ dropped }, "the log could not be written for a while; so many lines are lost"),
);
// Node's own warnings go there, and would end the process where they cannot be written.
process.stderr.on("error", () => {});

// The scripts wait longer than that before they kill. What was acknowledged is in the store: ending hard loses nothing.
const CLOSE_WITHIN_MS = 20_000;

try {
  const config = await read();
  const app = await startApp(config, read, log, crash);
  await announceEndpoint(config);
  const end = (signal: string): void => {
    log.info({ signal }, "closing");
    setTimeout(() => {
      log.warn({ withinMs: CLOSE_WITHIN_MS }, "a part did not close in time, ends without it");
      process.exit(1);
    }, CLOSE_WITHIN_MS).unref();
    void app.close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, "could not close in order");
        process.exit(1);
      },
    );
  };
  process.once("SIGTERM", end).once("SIGINT", end);
} catch (error) {
  // What the user can mend is told in a line or two; for all else the stack helps.
  const isMendable = error instanceof ConfigError || error instanceof StoreRefusedError;
  process.stderr.write(`${isMendable ? error.message : String((error as Error).stack ?? error)}\n`);
  process.exit(1);
}
