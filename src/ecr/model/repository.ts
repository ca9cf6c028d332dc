import type { Scope } from "../../kernel/scope.ts";
import type { Tags } from "./tags.ts";

/** A repository of one account in one region: each is a registry of its own. */
export interface RepositoryRef extends Scope {
  /** `app`, `team/app`. */
  readonly name: string;
}

export type TagMutability = "MUTABLE" | "IMMUTABLE" | "MUTABLE_WITH_EXCLUSION" | "IMMUTABLE_WITH_EXCLUSION";

/** A repository as it is kept. Times are milliseconds since 1970. */
export interface RepositoryRecord extends RepositoryRef {
  readonly createdAt: number;
  readonly mutability: TagMutability;
  /** Tags of the other kind, as patterns in which `*` stands for anything. Empty without …_WITH_EXCLUSION. */
  readonly exclusions: readonly string[];
  readonly tags: Tags;
  /** The repository policy, as it was set. */
  readonly policyText?: string;
  readonly lifecycle?: {
    /** As it was put. */
    readonly text: string;
    /** When it last ran. */
    readonly evaluatedAt?: number;
  };
}

/** `000000000000/us-east-1/team/app`: a repository's id in the store and on the feed. */
export const repositoryId = ({ account, region, name }: RepositoryRef): string => `${account}/${region}/${name}`;

/** The reverse of `repositoryId`. */
export const repositoryOfId = (id: string): RepositoryRef => {
  const [account = "", region = "", ...name] = id.split("/");
  return { account, region, name: name.join("/") };
};

/** By which the repositories of an account and region are found. */
export const scopeTerm = ({ account, region }: Scope): string => `scope:${account}/${region}`;

/** The terms a repository bears in the store. */
export const repositoryTerms = (repository: RepositoryRef): readonly string[] => [scopeTerm(repository)];

/** `arn:aws:ecr:us-east-1:000000000000:repository/app`. */
export const repositoryArn = ({ account, region, name }: RepositoryRef): string =>
  `arn:aws:ecr:${region}:${account}:repository/${name}`;

/** What `docker push` takes on this machine: names of the default account and region stand alone, others behind theirs. */
export const repositoryUri = (host: string, defaults: Scope, { account, region, name }: RepositoryRef): string =>
  account === defaults.account && region === defaults.region
    ? `${host}/${name}`
    : `${host}/${account}.${region}/${name}`;

const BASE_IMAGES = "berth/";

/** Whether the name is one of Berth's own base images. */
export const isBaseImage = (name: string): boolean => name.startsWith(BASE_IMAGES);

/** Where a name is kept: base images have one home, in the default account and region, and are read there from every other. */
export const homeOf = (repository: RepositoryRef, defaults: Scope): RepositoryRef =>
  isBaseImage(repository.name)
    ? { account: defaults.account, region: defaults.region, name: repository.name }
    : { account: repository.account, region: repository.region, name: repository.name };
