/** Where lines of the log go: pino's destination, as far as it is used here. One that could not write keeps what it has, and begins with it the next time. */
export interface LogDestination {
  write(text: string): unknown;
  on(event: "error" | "drop", listener: () => void): unknown;
}

const TRY_AGAIN_MS = 1_000;

/**
 * Lets a destination outlast a disk that is full: without a listener its error would end the process. What cannot be written waits in it, as much as it
 * holds; `recovered` is told how many lines more there were, once all that waited is written.
 */
export const outlastFullDisk = (destination: LogDestination, recovered: (dropped: number) => void): void => {
  let dropped = 0;
  let hasFailed = false;
  let waiting: NodeJS.Timeout | undefined;
  const tryAgain = (): void => {
    hasFailed = false;
    destination.write("");
    if (hasFailed) return;
    clearInterval(waiting);
    waiting = undefined;
    if (dropped > 0) recovered(dropped);
    dropped = 0;
  };
  destination.on("drop", () => {
    dropped += 1;
  });
  destination.on("error", () => {
    hasFailed = true;
    // Lines may come seldom, and the last ones before a crash are those that tell why.
    waiting ??= setInterval(tryAgain, TRY_AGAIN_MS).unref();
  });
};
