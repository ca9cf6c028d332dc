import type { RestRoute } from "../kernel/rest-route.ts";

const REPOSITORIES = "/ecr/repositories";
const REPOSITORY = `${REPOSITORIES}/{repositoryName}`;

/** ECR's operations as resources. What is not here is asked by its name: `POST /api/aws/ecr/{Operation}`. */
export const ecrRoutes: readonly RestRoute[] = [
  { operation: "CreateRepository", method: "POST", path: REPOSITORIES, status: 201 },
  { operation: "DescribeRepositories", method: "GET", path: REPOSITORIES },
  { operation: "DeleteRepository", method: "DELETE", path: REPOSITORY },
  { operation: "PutImageTagMutability", method: "PUT", path: `${REPOSITORY}/tag-mutability` },

  { operation: "GetRepositoryPolicy", method: "GET", path: `${REPOSITORY}/policy` },
  { operation: "SetRepositoryPolicy", method: "PUT", path: `${REPOSITORY}/policy` },
  { operation: "DeleteRepositoryPolicy", method: "DELETE", path: `${REPOSITORY}/policy` },

  { operation: "GetLifecyclePolicy", method: "GET", path: `${REPOSITORY}/lifecycle-policy` },
  { operation: "PutLifecyclePolicy", method: "PUT", path: `${REPOSITORY}/lifecycle-policy` },
  { operation: "DeleteLifecyclePolicy", method: "DELETE", path: `${REPOSITORY}/lifecycle-policy` },
  { operation: "StartLifecyclePolicyPreview", method: "POST", path: `${REPOSITORY}/lifecycle-preview` },
  { operation: "GetLifecyclePolicyPreview", method: "GET", path: `${REPOSITORY}/lifecycle-preview` },

  { operation: "DescribeImages", method: "GET", path: `${REPOSITORY}/images` },
  { operation: "PutImage", method: "POST", path: `${REPOSITORY}/images`, status: 201 },
  { operation: "BatchDeleteImage", method: "DELETE", path: `${REPOSITORY}/images` },
  { operation: "ListImages", method: "GET", path: `${REPOSITORY}/image-ids` },

  { operation: "GetAuthorizationToken", method: "POST", path: "/ecr/authorization-token" },
  { operation: "DescribeRegistry", method: "GET", path: "/ecr/registry" },
];
