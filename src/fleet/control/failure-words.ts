import { ResourceInitializationError } from "../launch-lookups.ts";
import type { Step } from "../model/next-steps.ts";
import { isInternal } from "../model/pause.ts";
import { EngineError, OutputRefusedError } from "../ports.ts";
import { CannotPullContainerError } from "./cannot-pull.ts";

const WORDS: Readonly<Record<Step["verb"], string | undefined>> = {
  pull: "CannotPullContainerError",
  create: "CannotCreateContainerError",
  start: "CannotStartContainerError",
  restart: "CannotStartContainerError",
  stop: undefined,
  discard: undefined,
};

/** An old attempt on a host that was lost and came back has its address until it is stopped. */
const TRIES_FOR_ADDRESS = 8;

const isAddressTaken = (error: unknown): boolean =>
  error instanceof EngineError && /\bAddress already in use/.test(error.message);

/**
 * Why a container did not come to be, as AWS words it; `undefined`: that error says nothing of it, and its verb is to be tried again, as it
 * was `setbacks` times in a row.
 */
export const failureWords = ({ verb, container }: Step, error: unknown, setbacks: number): string | undefined => {
  if (isAddressTaken(error) && setbacks < TRIES_FOR_ADDRESS) return undefined;
  const words = refusalWords(verb, error);
  return words !== undefined && isInternal(container)
    ? `ResourceInitializationError: could not make the task's network namespace: ${words}`
    : words;
};

const refusalWords = (verb: Step["verb"], error: unknown): string | undefined => {
  if (error instanceof CannotPullContainerError || error instanceof ResourceInitializationError) return error.message;
  if (!(error instanceof EngineError || error instanceof OutputRefusedError)) return undefined;
  return WORDS[verb] && `${WORDS[verb]}: ${error.message}`;
};
