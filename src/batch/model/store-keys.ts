import { numberedId } from "../../kernel/records.ts";
import { type Scope, scopeKey } from "../../kernel/scope.ts";

/** How a named resource is kept: `account/region/name`. */
export const namedId = (scope: Scope, name: string): string => `${scopeKey(scope)}/${name}`;

/** The name out of such an id. */
export const nameOfId = (id: string): string => id.slice(id.lastIndexOf("/") + 1);

const scopeTerm = (scope: Scope): string => `scope:${scopeKey(scope)}`;

/** What resources of one account and region are found by. */
export const TERM = {
  scope: scopeTerm,
  queueOfEnvironment: (scope: Scope, environment: string): string => `${scopeTerm(scope)}:environment:${environment}`,
  queueOfPolicy: (scope: Scope, policy: string): string => `${scopeTerm(scope)}:policy:${policy}`,
  definitionStatus: (scope: Scope, status: string): string => `${scopeTerm(scope)}:${status}`,
  definitionOfName: (scope: Scope, name: string): string => `${scopeTerm(scope)}:name:${name}`,
  definitionOfNameStatus: (scope: Scope, name: string, status: string): string =>
    `${scopeTerm(scope)}:name:${name}:${status}`,
} as const;

/** What the ids of a definition's revisions begin with. */
export const definitionPrefix = (scope: Scope, name: string): string => `${namedId(scope, name)}:`;

export const definitionId = (scope: Scope, name: string, revision: number): string =>
  numberedId(definitionPrefix(scope, name), revision);

/** The revision out of a definition's id. */
export const revisionOfId = (id: string): number => Number(id.slice(id.lastIndexOf(":") + 1));
