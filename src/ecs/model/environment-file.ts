import { parseArn } from "../../kernel/arn.ts";

/** An object of S3 that an ARN names, `arn:aws:s3:::bucket/folder/web.env`; `undefined` for another ARN. */
export const parseObjectArn = (text: string): { readonly bucket: string; readonly key: string } | undefined => {
  const arn = parseArn(text);
  const [, bucket, key] = /^([^/]+)\/(.+)$/.exec(arn?.resource ?? "") ?? [];
  return arn?.service === "s3" && bucket !== undefined && key !== undefined ? { bucket, key } : undefined;
};

/**
 * The variables of an environment file: lines of VARIABLE=VALUE, a value with all its quotes and spaces. Lines that begin with # are comments;
 * what is no assignment is passed over, as ECS does.
 */
export const parseEnvironmentFile = (text: string): Record<string, string> => {
  const variables: Record<string, string> = {};
  for (const line of text.replace(/^\uFEFF/, "").split(/\r?\n/)) {
    const equals = line.indexOf("=");
    if (!line.startsWith("#") && equals > 0) variables[line.slice(0, equals)] = line.slice(equals + 1);
  }
  return variables;
};
