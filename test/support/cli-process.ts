import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Test } from "tap";
import type { TestBerth } from "./berth.ts";
import { CHECKOUT } from "./control-plane.ts";
import { until } from "./until.ts";

/** A process that goes on: what it said, what it is told, and how it ended. */
export interface LivingProcess {
  said(): string;
  /** Resolves to what it said once that is in it. */
  says(words: RegExp): Promise<string>;
  type(text: string): void;
  interrupt(): void;
  readonly ended: Promise<number | null>;
}

const SHELL_WORD = /^[\w@%+=:,./-]+$/;

/** The `berth` command with these words, as a shell takes it. */
export const berthInShell = (...words: readonly string[]): string =>
  [process.execPath, join(CHECKOUT, "dist/cli/main.js"), ...words]
    .map((word) => (SHELL_WORD.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(" ");

/** Starts a program that is ended with the test, if it has not ended by then. Its environment is that of who uses this Berth. */
export const livingProcess = (
  t: Test,
  { home, setting }: TestBerth,
  program: string,
  words: readonly string[],
): LivingProcess => {
  const child = spawn(program, words, {
    env: { PATH: process.env.PATH, BERTH_HOME: home, BERTH_PORT: String(setting.port) },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (bytes: Buffer) => {
      said += bytes.toString();
    });
  // Who has ended reads nothing any more.
  child.stdin.on("error", () => {});
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  t.teardown(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  return {
    said: () => said,
    says: (words) =>
      until(
        `${program} to say ${words}`,
        async () => said,
        (now) => words.test(now),
      ),
    type: (text) => void child.stdin.write(text),
    interrupt: () => void child.kill("SIGINT"),
    ended,
  };
};
