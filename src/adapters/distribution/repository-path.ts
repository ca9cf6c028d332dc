import { createHash } from "node:crypto";

/** A repository of one account in one region. */
export interface RepositoryRef {
  readonly account: string;
  readonly region: string;
  readonly name: string;
}

// Distribution takes names of up to 255 characters, ECR of up to 256, and account and region come before.
const LONGEST = 255;

/** Where a repository of Berth's lies in Distribution. Each has its own there: what one holds is no other's to read. */
export const repositoryPath = ({ account, region, name }: RepositoryRef): string => {
  const path = `${account}/${region}/${name}`;
  if (path.length <= LONGEST) return path;
  return `long/${account}/${region}/${createHash("sha256").update(name).digest("hex")}`;
};
