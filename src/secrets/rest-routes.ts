import type { RestRoute } from "../kernel/rest-route.ts";

const PARAMETER = "/parameters/{name}";
const SECRET = "/secrets/{secret}";
const byName = { members: { name: "Name" } };
const bySecret = { members: { secret: "SecretId" } };

/** Parameter Store's operations as resources. What is not here is asked by its name: `POST /api/aws/ssm/{Operation}`. */
export const parameterRoutes: readonly RestRoute[] = [
  { operation: "DescribeParameters", method: "GET", path: "/parameters" },
  { operation: "PutParameter", method: "PUT", path: PARAMETER, ...byName },
  { operation: "GetParameter", method: "GET", path: PARAMETER, ...byName },
  { operation: "DeleteParameter", method: "DELETE", path: PARAMETER, ...byName },
  { operation: "GetParameterHistory", method: "GET", path: `${PARAMETER}/history`, ...byName },
];

/** Secrets Manager's operations as resources; the others by name: `POST /api/aws/secretsmanager/{Operation}`. */
export const secretRoutes: readonly RestRoute[] = [
  { operation: "CreateSecret", method: "POST", path: "/secrets", status: 201 },
  { operation: "ListSecrets", method: "GET", path: "/secrets" },
  { operation: "DescribeSecret", method: "GET", path: SECRET, ...bySecret },
  { operation: "UpdateSecret", method: "PUT", path: SECRET, ...bySecret },
  { operation: "DeleteSecret", method: "DELETE", path: SECRET, ...bySecret },
  { operation: "RestoreSecret", method: "POST", path: `${SECRET}/restore`, ...bySecret },
  { operation: "GetSecretValue", method: "GET", path: `${SECRET}/value`, ...bySecret },
  { operation: "PutSecretValue", method: "PUT", path: `${SECRET}/value`, ...bySecret },
  { operation: "ListSecretVersionIds", method: "GET", path: `${SECRET}/versions`, ...bySecret },
];
