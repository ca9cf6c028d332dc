import { CliError, usageError } from "../failure.ts";

/** An image as a command line names it. */
export interface ImageName {
  readonly repository: string;
  readonly tag?: string;
  /** `sha256:…`. */
  readonly digest?: string;
}

/** Whose registry is asked. */
export interface RegistryScope {
  readonly account: string;
  readonly region: string;
}

const TAG = "[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}";
const NAME = new RegExp(`^([a-z0-9]+(?:[._/-][a-z0-9]+)*)(?::(${TAG}))?(?:@(sha256:[0-9a-f]{64}))?$`);

const AS_ON_AWS = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\//;
/** `localhost:4510/` and, in another account or region than the default one, `localhost:4510/123456789012.eu-west-1/`. */
const AS_HERE = /^[a-z0-9.-]+:\d+\/(?:(\d{12})\.([a-z0-9-]+)\/)?/;

/**
 * `app`, `team/app:1`, `app@sha256:…`, and each of them as a task definition would name it, with the registry before it.
 * Throws CliError where it is no name, or another account's or region's image than those of `here`.
 */
export const imageNameOf = (text: string, here: RegistryScope): ImageName => {
  const [registry = "", account = here.account, region = here.region] =
    AS_ON_AWS.exec(text) ?? AS_HERE.exec(text) ?? [];
  if (account !== here.account) throw new CliError(`${text} is account ${account}'s; this Berth's is ${here.account}`);
  if (region !== here.region) throw new CliError(`${text} is in ${region}`, { hint: `add --region ${region}` });
  const [, repository, tag, digest] = NAME.exec(text.slice(registry.length)) ?? [];
  if (repository !== undefined && repository.length > 1)
    return { repository, ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest }) };
  throw usageError(`${text} is no image: give REPOSITORY, REPOSITORY:TAG or REPOSITORY@sha256:…, in lower case`);
};
