import type { Access, Descriptor, PushedManifest, RepositoryRef, Rules } from "../../../src/http/registry/ports.ts";
import { ApiError } from "../../../src/kernel/errors.ts";

/** A token of these tests: `ACCOUNT push` or `ACCOUNT pull`. */
interface Holder {
  readonly account: string;
  readonly mayPush: boolean;
}

class Refusal extends ApiError {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Names in memory, by the plainest rules: `app` and `other` exist, and tags that begin with `v` are immutable. */
export const memoryRules = (
  repositories: readonly string[] = ["app", "other"],
): Rules<Holder> & { pulls: string[]; uses: Access[] } => {
  const images = new Map<string, PushedManifest>();
  const digestByTag = new Map<string, string>();
  const pulls: string[] = [];
  const uses: Access[] = [];
  const key = ({ account, region, name }: RepositoryRef, what: string) => `${account}.${region}/${name} ${what}`;
  const under = (repository: RepositoryRef) => key(repository, "");
  const parsed = ({ bytes }: PushedManifest) => JSON.parse(bytes.toString()) as Record<string, unknown>;
  return {
    pulls,
    uses,
    holderOf: (token) => {
      const [, account, right] = /^(\d{12}) (push|pull)$/.exec(token) ?? [];
      return account === undefined ? undefined : { account, mayPush: right === "push" };
    },
    async allow(holder, { account, name }, access) {
      uses.push(access);
      if (holder.account !== account) return false;
      if (!repositories.includes(name))
        throw new Refusal(
          "RepositoryNotFoundException",
          `The repository with name '${name}' does not exist in the registry with id '${account}'`,
        );
      if (!holder.mayPush && (access === "push" || access === "delete"))
        throw new Refusal("AccessDeniedException", "This token only pulls.");
      return true;
    },
    async resolve(repository, reference) {
      const digest = digestByTag.get(key(repository, reference)) ?? reference;
      return images.has(key(repository, digest)) ? digest : undefined;
    },
    async check(repository, { tag, digest }) {
      const named = tag === undefined ? undefined : digestByTag.get(key(repository, tag));
      if (tag?.startsWith("v") && named !== undefined && named !== digest)
        throw new Refusal("ImageTagAlreadyExistsException", `The image tag '${tag}' already exists and is immutable.`);
    },
    async push(repository, manifest) {
      await this.check(repository, manifest);
      images.set(key(repository, manifest.digest), manifest);
      if (manifest.tag !== undefined) digestByTag.set(key(repository, manifest.tag), manifest.digest);
      const subject = parsed(manifest).subject as { digest: string } | undefined;
      return subject ? { subject: subject.digest } : {};
    },
    async pulled(_repository, digest) {
      pulls.push(digest);
    },
    async remove(repository, reference) {
      if (digestByTag.delete(key(repository, reference))) return true;
      for (const [tag, digest] of digestByTag) if (digest === reference) digestByTag.delete(tag);
      return images.delete(key(repository, reference));
    },
    async tags(repository) {
      const prefix = under(repository);
      return [...digestByTag.keys()].flatMap((one) => (one.startsWith(prefix) ? one.slice(prefix.length) : [])).sort();
    },
    async referrers(repository, digest) {
      const ofRepository = [...images].filter(([one]) => one.startsWith(under(repository))).map(([, image]) => image);
      return ofRepository.flatMap((image): Descriptor[] => {
        const { subject, artifactType } = parsed(image) as { subject?: { digest: string }; artifactType?: string };
        if (subject?.digest !== digest) return [];
        const { mediaType, bytes } = image;
        return [{ mediaType, digest: image.digest, size: bytes.length, ...(artifactType ? { artifactType } : {}) }];
      });
    },
    hold: async () => () => {},
  };
};
