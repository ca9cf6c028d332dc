import { type ClusterId, clusterParts, type LaunchLookups, ResourceInitializationError } from "../../fleet/index.ts";
import { ApiError } from "../../kernel/errors.ts";
import type { Scope } from "../../kernel/scope.ts";
import type { SecretValues } from "../../secrets/index.ts";
import { parseEnvironmentFile, parseObjectArn } from "../model/environment-file.ts";
import { memberOfJson, parseSecretSource, type SecretSource } from "../model/secret-source.ts";
import type { Buckets } from "../ports.ts";

// The words are those of AWS's agent, which tools and people look for.
const UNPULLED = "unable to pull secrets or registry auth: execution resource retrieval failed";
const NO_SECRET = `${UNPULLED}: unable to retrieve secret from asm`;
const NO_PARAMETER = `${UNPULLED}: unable to retrieve secrets from ssm`;
const NO_FILE = "failed to download env files: file download command: non empty error stream";

/** What containers are given from Parameter Store, Secrets Manager and the folders that play buckets of S3. */
export const launchLookups = (values: SecretValues, buckets: Buckets): LaunchLookups => {
  const readSecret = async (source: Extract<SecretSource, { kind: "secret" }>): Promise<string> => {
    const { scope, id, version, jsonKey } = source;
    const text = await values
      .secret(scope, id, version)
      .catch(refusedAs((why) => `${NO_SECRET}: failed to fetch secret ${id} from secrets manager: ${why}`));
    if (jsonKey === undefined) return text;
    const member = memberOfJson(text, jsonKey);
    if (member !== undefined) return member;
    throw new ResourceInitializationError(
      `${NO_SECRET}: retrieved secret from Secrets Manager did not contain json key ${jsonKey}`,
    );
  };

  const read = async (from: string, home: Scope): Promise<string> => {
    const source = parseSecretSource(from, home);
    if (!source)
      throw new ResourceInitializationError(
        `${UNPULLED}: ${from} is no parameter and no secret of account ${home.account}`,
      );
    if (source.kind === "secret") return readSecret(source);
    return values
      .parameter(source.scope, source.reference)
      .catch(refusedAs((why, { code }) => `${NO_PARAMETER}: ${invalid(from, code, why)}`));
  };

  const readFile = async (arn: string): Promise<Record<string, string>> => {
    const object = parseObjectArn(arn);
    const found = object && (await buckets.read(object.bucket, object.key));
    if (found?.type === "found") return parseEnvironmentFile(found.text);
    throw new ResourceInitializationError(`${NO_FILE}: ${found?.why ?? `${arn} is no object of S3`}`);
  };

  return {
    async environment(cluster, { environment, secrets = [], environmentFiles = [] }) {
      const home = scopeOf(cluster);
      const files = await Promise.all(environmentFiles.map(readFile));
      const hidden = await Promise.all(
        secrets.map(async ({ name, from }): Promise<[string, string]> => [name, await read(from, home)]),
      );
      return Object.assign({}, ...files.reverse(), environment, Object.fromEntries(hidden));
    },

    async registryLogin(cluster, secret) {
      const home = scopeOf(cluster);
      const source = secret.startsWith("arn:") ? parseSecretSource(secret, home) : undefined;
      const text = await readSecret(
        source?.kind === "secret" ? source : { kind: "secret", scope: home, id: secret, version: {} },
      );
      const [username, password] = ["username", "password"].map((key) => memberOfJson(text, key));
      if (username !== undefined && password !== undefined) return { username, password };
      throw new ResourceInitializationError(
        `${NO_SECRET}: secret ${secret} is no JSON with username and password, which a registry's credentials are`,
      );
    },
  };
};

const scopeOf = (cluster: ClusterId): Scope => {
  const { account, region } = clusterParts(cluster);
  return { account, region };
};

const invalid = (name: string, code: string, why: string): string =>
  code.startsWith("Parameter") ? `invalid ssm parameters: ${name} (${why})` : why;

/** What the services refuse is the task's failure; what else goes wrong, such as a store that is away, is tried again. */
const refusedAs =
  (words: (why: string, error: ApiError) => string) =>
  (error: unknown): never => {
    if (!(error instanceof ApiError) || error.fault === "server") throw error;
    throw new ResourceInitializationError(words(`${error.code}: ${error.message}`, error));
  };
