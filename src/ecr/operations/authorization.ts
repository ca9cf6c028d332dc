import { InvalidParameterException } from "../model/errors.ts";
import { makeToken, TOKEN_MS } from "../model/registry-token.ts";
import type { EcrDeps, EcrOperations } from "../ports.ts";

/** The registry itself: its settings, and how to log in. */
export const authorizationOperations = ({
  clock,
  secret,
  host,
}: EcrDeps): EcrOperations<"GetAuthorizationToken" | "DescribeRegistry"> => ({
  async GetAuthorizationToken({ registryIds = [] }, { account, region, principal }) {
    const other = registryIds.find((id) => id !== account);
    if (other !== undefined)
      throw new InvalidParameterException(
        `registryIds names ${other}, and a token is of the caller's own registry: ${account}.`,
      );
    const expiresAt = clock.now() + TOKEN_MS;
    const token = makeToken({ account, region, principal, right: "push", expiresAt }, secret);
    const authorizationToken = Buffer.from(`AWS:${token}`).toString("base64");
    return {
      authorizationData: [{ authorizationToken, expiresAt: new Date(expiresAt), proxyEndpoint: `http://${host}` }],
    };
  },

  async DescribeRegistry(_, { account }) {
    return { registryId: account, replicationConfiguration: { rules: [] } };
  },
});
