import type { RestRoute } from "../kernel/rest-route.ts";

const GROUP = "/log-groups/{logGroupName}";
const STREAM = `${GROUP}/streams/{logStreamName}`;

/** CloudWatch Logs' operations as resources. What is not here is asked by its name: `POST /api/aws/logs/{Operation}`. */
export const logsRoutes: readonly RestRoute[] = [
  { operation: "CreateLogGroup", method: "POST", path: "/log-groups", status: 201 },
  { operation: "DescribeLogGroups", method: "GET", path: "/log-groups" },
  { operation: "DeleteLogGroup", method: "DELETE", path: GROUP },
  { operation: "PutRetentionPolicy", method: "PUT", path: `${GROUP}/retention` },
  { operation: "DeleteRetentionPolicy", method: "DELETE", path: `${GROUP}/retention` },
  { operation: "ListTagsLogGroup", method: "GET", path: `${GROUP}/tags` },
  { operation: "TagLogGroup", method: "POST", path: `${GROUP}/tags` },
  { operation: "UntagLogGroup", method: "DELETE", path: `${GROUP}/tags` },
  { operation: "FilterLogEvents", method: "GET", path: `${GROUP}/events` },

  { operation: "CreateLogStream", method: "POST", path: `${GROUP}/streams`, status: 201 },
  { operation: "DescribeLogStreams", method: "GET", path: `${GROUP}/streams` },
  { operation: "DeleteLogStream", method: "DELETE", path: STREAM },
  { operation: "PutLogEvents", method: "POST", path: `${STREAM}/events` },
  { operation: "GetLogEvents", method: "GET", path: `${STREAM}/events` },
];
