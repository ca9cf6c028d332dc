import type { Scope } from "../../kernel/scope.ts";
import type { RepositoryRef } from "./ports.ts";

const PART = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
const NAME = new RegExp(`^${PART}(?:/${PART})*$`);
const SCOPED = /^(\d{12})\.([a-z]{2}(?:-[a-z]+)+-\d)\/(.+)$/;
const LONGEST = 256;

/** `NAME` in the default account and region, or `<account>.<region>/NAME`; `undefined` where it can be no repository's name. */
export const repositoryOf = (text: string, defaults: Scope): RepositoryRef | undefined => {
  const [, account = defaults.account, region = defaults.region, name = text] = SCOPED.exec(text) ?? [];
  return name.length <= LONGEST && NAME.test(name) ? { account, region, name } : undefined;
};

const DIGEST = /^sha256:[0-9a-f]{64}$/;
const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;

export const isDigest = (text: string): boolean => DIGEST.test(text);
export const isTag = (text: string): boolean => TAG.test(text);
