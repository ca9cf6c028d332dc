/** An error that is its own explanation: printed as one line, without a stack. */
export class SetupError extends Error {}

/** @param {string} line */
export const say = (line) => {
  process.stdout.write(`${line}\n`);
};

/**
 * Runs a script's main function and turns what it throws into one clear line and exit code 1.
 * @param {() => Promise<number | void>} main resolves to the exit code, 0 when absent
 */
export async function runMain(main) {
  // Who pipes us into `head` has read enough; the work itself goes on.
  process.stdout.on("error", () => {});
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    process.exitCode = 1;
    process.stderr.write(`${error instanceof SetupError ? `berth: ${error.message}` : explain(error)}\n`);
  }
}

/** @param {unknown} error */
function explain(error) {
  if (!(error instanceof Error)) return String(error);
  const { code } = /** @type {NodeJS.ErrnoException} */ (error);
  if (code === "ENOSPC") return `berth: the disk is full (${error.message}). Free some space and run this again.`;
  return `berth: ${error.stack ?? error.message}`;
}
