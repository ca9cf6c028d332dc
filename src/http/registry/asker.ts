import type { IncomingHttpHeaders } from "node:http";
import type { Scope } from "../../kernel/scope.ts";
import { nameInvalid, unauthorized } from "./errors.ts";
import { repositoryOf } from "./names.ts";
import type { Access, RepositoryRef, Rules } from "./ports.ts";

/** Somebody with a token that holds. */
export interface Asker<Holder> {
  readonly holder: Holder;
  /** The repository of that name, where it may be used so. Throws a DoorError or the rules' own refusal. */
  repository(name: string, access: Access): Promise<RepositoryRef>;
}

/** Throws UNAUTHORIZED with the challenge where there is no token that holds. */
export const askerOf = <Holder>(rules: Rules<Holder>, headers: IncomingHttpHeaders, defaults: Scope): Asker<Holder> => {
  const host = headers.host ?? "localhost";
  const token = tokenIn(headers.authorization);
  const holder = token === undefined ? undefined : rules.holderOf(token);
  if (holder === undefined) throw unauthorized(host);
  return {
    holder,
    async repository(name, access) {
      const repository = repositoryOf(name, defaults);
      if (!repository) throw nameInvalid(name);
      if (!(await rules.allow(holder, repository, access))) throw unauthorized(host);
      return repository;
    },
  };
};

/** The password of user AWS; `undefined` where another user comes, or nobody. */
const tokenIn = (authorization: string | undefined): string | undefined => {
  const encoded = /^Basic +([A-Za-z0-9+/=_-]+) *$/i.exec(authorization ?? "")?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, "base64").toString();
  return text.startsWith("AWS:") ? text.slice("AWS:".length) : undefined;
};
