import type { RestRoute } from "../kernel/rest-route.ts";

const ENVIRONMENT = "/batch/compute-environments/{computeEnvironment}";
const QUEUE = "/batch/job-queues/{jobQueue}";
const POLICY = "/batch/scheduling-policies/{arn}";
const DEFINITION = "/batch/job-definitions/{jobDefinition}";
const JOB = "/batch/jobs/{jobId}";

/** Batch's operations as resources. What is not here is asked by its name: `POST /api/aws/batch/{Operation}`. */
export const batchRoutes: readonly RestRoute[] = [
  { operation: "CreateComputeEnvironment", method: "POST", path: "/batch/compute-environments", status: 201 },
  { operation: "DescribeComputeEnvironments", method: "GET", path: "/batch/compute-environments" },
  { operation: "UpdateComputeEnvironment", method: "PUT", path: ENVIRONMENT },
  { operation: "DeleteComputeEnvironment", method: "DELETE", path: ENVIRONMENT },

  { operation: "CreateJobQueue", method: "POST", path: "/batch/job-queues", status: 201 },
  { operation: "DescribeJobQueues", method: "GET", path: "/batch/job-queues" },
  { operation: "UpdateJobQueue", method: "PUT", path: QUEUE },
  { operation: "DeleteJobQueue", method: "DELETE", path: QUEUE },
  { operation: "GetJobQueueSnapshot", method: "GET", path: `${QUEUE}/snapshot` },

  { operation: "CreateSchedulingPolicy", method: "POST", path: "/batch/scheduling-policies", status: 201 },
  { operation: "ListSchedulingPolicies", method: "GET", path: "/batch/scheduling-policies" },
  { operation: "DescribeSchedulingPolicies", method: "GET", path: POLICY, members: { arn: "arns" } },
  { operation: "UpdateSchedulingPolicy", method: "PUT", path: POLICY },
  { operation: "DeleteSchedulingPolicy", method: "DELETE", path: POLICY },

  { operation: "RegisterJobDefinition", method: "POST", path: "/batch/job-definitions", status: 201 },
  { operation: "DescribeJobDefinitions", method: "GET", path: "/batch/job-definitions" },
  { operation: "DeregisterJobDefinition", method: "DELETE", path: DEFINITION },

  { operation: "SubmitJob", method: "POST", path: "/batch/jobs", status: 201 },
  { operation: "ListJobs", method: "GET", path: "/batch/jobs" },
  { operation: "DescribeJobs", method: "GET", path: JOB, members: { jobId: "jobs" } },
  { operation: "CancelJob", method: "POST", path: `${JOB}/cancel` },
  { operation: "TerminateJob", method: "POST", path: `${JOB}/terminate` },

  { operation: "ListTagsForResource", method: "GET", path: "/batch/tags/{resourceArn}" },
  { operation: "TagResource", method: "POST", path: "/batch/tags/{resourceArn}" },
  { operation: "UntagResource", method: "DELETE", path: "/batch/tags/{resourceArn}" },
];
