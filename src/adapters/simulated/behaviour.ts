import type { ContainerPlan } from "../../fleet/model/container-plan.ts";

/** What a simulated program does when it is started. */
export interface Behaviour {
  /** How long it runs unless it is stopped; for ever unless told. */
  readonly runsForMs?: number;
  /** 0 unless told. */
  readonly exitCode?: number;
  /** Written at the start. */
  readonly output?: readonly string[];
  /** How it takes TERM: it exits with this code at once, or ignores it. A program without a handler, as process 1, ignores it. */
  readonly onTerm?: { readonly exitCode: number } | "ignore";
  /** It ends by the kernel's hand, for memory. */
  readonly outOfMemory?: boolean;
  /** What its health check finds. */
  readonly healthy?: boolean;
}

type Program = (args: readonly string[]) => Behaviour;

const exitAfter = (exitCode: number, runsForMs = 0): Behaviour => ({ exitCode, runsForMs });

/** The programs that stand in for an image's files, by name. */
const PROGRAMS: Readonly<Record<string, Program>> = {
  true: () => exitAfter(0),
  false: () => exitAfter(1),
  /** `exit CODE [MS]` */
  exit: ([code, ms]) => exitAfter(Number(code), Number(ms ?? 0)),
  /** `sleep SECONDS` */
  sleep: ([seconds]) => ({ runsForMs: seconds === "infinity" ? Number.POSITIVE_INFINITY : Number(seconds) * 1_000 }),
  echo: (words) => ({ output: [words.join(" ")], runsForMs: 0 }),
  /** `print COUNT`: line 1, line 2, … */
  print: ([count]) => ({ output: Array.from({ length: Number(count) }, (_, n) => `line ${n + 1}`), runsForMs: 10 }),
  /** `serve [CODE]`: runs until TERM, which it obeys with that code. */
  serve: ([code]) => ({ output: ["up"], onTerm: { exitCode: Number(code ?? 0) } }),
  /** Runs until KILL; like `serve` it says `up` first. */
  stubborn: () => ({ output: ["up"], onTerm: "ignore" }),
  /** `swallow MS`: asks for memory without end. */
  swallow: ([ms]) => ({ runsForMs: Number(ms ?? 0), exitCode: 137, outOfMemory: true }),
};

const inShell = (script: string): readonly string[] => script.trim().split(/\s+/);

/** What a plan's command does; `undefined` where the simulation has no such program. `sh -c` takes one simple command. */
export const scriptedBehaviour = ({ entryPoint = [], command = [] }: ContainerPlan): Behaviour | undefined => {
  const words = [...entryPoint, ...command];
  const [program = "serve", ...args] = words[0] === "sh" && words[1] === "-c" ? inShell(words[2] ?? "") : words;
  return Object.hasOwn(PROGRAMS, program) ? PROGRAMS[program]?.(args) : undefined;
};
