import { invalidParameter } from "./errors.ts";

const REPOSITORY = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/;
const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,299}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** Whether it may be a repository's name. */
export const isRepositoryName = (name: string): boolean =>
  name.length >= 2 && name.length <= 256 && REPOSITORY.test(name);

/** Throws InvalidParameterException in ECR's words. */
export const checkRepositoryName = (name: string): void => {
  if (name.length < 2) throw invalidParameter("repositoryName", "must have length greater than or equal to 2");
  if (name.length > 256) throw invalidParameter("repositoryName", "must have length less than or equal to 256");
  if (!REPOSITORY.test(name))
    throw invalidParameter("repositoryName", `must satisfy regular expression '${REPOSITORY.source.slice(1, -1)}'`);
};

export const isTag = (tag: string): boolean => TAG.test(tag);
export const isDigest = (digest: string): boolean => DIGEST.test(digest);

/** Throws InvalidParameterException in ECR's words. */
export const checkTag = (tag: string): void => {
  if (!isTag(tag)) throw invalidParameter("imageTag", `must satisfy regular expression '${TAG.source.slice(1, -1)}'`);
};
