import { spawn } from "node:child_process";
import type { Env } from "./connection.ts";

/** What a program that ended left behind. */
export interface ProgramEnd {
  readonly exitCode: number;
  readonly stderr: string;
}

/** Runs a program of the user's PATH, `input` on its standard input; what it prints on stdout is not kept. */
export type RunProgram = (
  name: string,
  args: readonly string[],
  options: { readonly input: string; readonly env: Env },
) => Promise<ProgramEnd | "not-installed">;

/** A program killed by a signal counts as ended with 1. */
export const runProgram: RunProgram = (name, args, { input, env }) =>
  new Promise((resolve, reject) => {
    const child = spawn(name, args, { env: { ...env }, stdio: ["pipe", "ignore", "pipe"] });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    // One that ends without reading: its exit code says what there is to say.
    child.stdin.on("error", () => {});
    child.on("error", (error: NodeJS.ErrnoException) =>
      error.code === "ENOENT" ? resolve("not-installed") : reject(error),
    );
    child.on("close", (exitCode) => resolve({ exitCode: exitCode ?? 1, stderr }));
    child.stdin.end(input);
  });
