import type { BerthUser } from "../test/support/berth.ts";

/** Runs a benchmark that starts things as tests do, and takes them away afterwards, also when it is interrupted. */
export const asOwner = async (use: (owner: BerthUser) => Promise<void>): Promise<void> => {
  const teardowns: (() => unknown)[] = [];
  const owner = {
    teardown: (teardown: () => unknown) => void teardowns.unshift(teardown),
    passing: () => true,
    comment: console.error,
  };
  let taken: Promise<void> | undefined;
  const takeAway = (): Promise<void> => {
    taken ??= (async () => {
      for (const teardown of teardowns) await teardown();
    })();
    return taken;
  };
  for (const signal of ["SIGINT", "SIGTERM"])
    process.once(signal, () => void takeAway().finally(() => process.exit(1)));
  try {
    await use(owner as BerthUser);
  } finally {
    await takeAway();
  }
};
