import Fastify from "fastify";
import type { Test } from "tap";
import type { AuthMode, Credentials } from "../../../src/http/aws/authenticate.ts";
import { awsPlugin } from "../../../src/http/aws/plugin.ts";
import type { ServedService } from "../../../src/http/aws/service.ts";
import type { KnownCredentials } from "../../../src/http/aws/verify.ts";
import type { Clock } from "../../../src/kernel/clock.ts";
import { systemClock } from "../../../src/kernel/clock.ts";

export const ACCESS_KEY_ID = "BERTHTESTKEY";
export const SECRET_ACCESS_KEY = "a secret/of+tests";

/** What an SDK client needs to sign as the test's user. */
export const SIGNER = { accessKeyId: ACCESS_KEY_ID, secretAccessKey: SECRET_ACCESS_KEY };

export const USER = "arn:aws:iam::111122223333:user/tester";

const TESTER: KnownCredentials = { secretAccessKey: SECRET_ACCESS_KEY, account: "111122223333", principal: USER };

export interface WireSetting {
  readonly services: readonly ServedService[];
  readonly auth?: AuthMode;
  readonly clock?: Clock;
  readonly keys?: Readonly<Record<string, KnownCredentials>>;
  /** Who holds which key, instead of the test's user and `keys`. */
  readonly credentials?: Credentials;
  readonly bodyLimitBytes?: number;
  readonly strictOutput?: boolean;
}

export interface Wire {
  readonly url: string;
  /** Options of an SDK client that talks to this wire, signed and without retries. */
  readonly client: {
    endpoint: string;
    region: string;
    credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
    maxAttempts: number;
  };
  /** What was logged as an error or a warning, as JSON lines. */
  readonly logged: string[];
}

/** The wire alone, listening on a loopback port of its own until the test ends. */
export const aWire = async (t: Test, setting: WireSetting): Promise<Wire> => {
  const logged: string[] = [];
  let requests = 0;
  const app = Fastify({
    logger: { level: "warn", stream: { write: (line: string) => void logged.push(line) } },
    forceCloseConnections: true,
  });
  const keys: Readonly<Record<string, KnownCredentials>> = { [ACCESS_KEY_ID]: TESTER, ...setting.keys };
  await app.register(
    awsPlugin({
      services: setting.services,
      auth: setting.auth ?? "sigv4",
      clock: setting.clock ?? systemClock,
      credentials: setting.credentials ?? { find: async (accessKeyId) => keys[accessKeyId] },
      account: "000000000000",
      region: "us-east-1",
      newRequestId: () => `request-${++requests}`,
      strictOutput: setting.strictOutput ?? true,
      ...(setting.bodyLimitBytes === undefined ? {} : { bodyLimitBytes: setting.bodyLimitBytes }),
    }),
  );
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  t.teardown(() => app.close());
  return { url, logged, client: { endpoint: url, region: "eu-west-1", credentials: SIGNER, maxAttempts: 1 } };
};
