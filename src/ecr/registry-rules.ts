import { lookUpRepository, refuseDenied } from "./find-repository.ts";
import { makeRepository } from "./make-repository.ts";
import { AccessDeniedException, RepositoryNotFoundException } from "./model/errors.ts";
import { isRepositoryName } from "./model/names.ts";
import { readToken, type TokenHolder } from "./model/registry-token.ts";
import { homeOf, isBaseImage, type RepositoryRef } from "./model/repository.ts";
import type { EcrDeps, RegistryAccess, RegistryRules } from "./ports.ts";
import { checkPush, pushImage } from "./push-image.ts";
import { holdUpload } from "./upload-gate.ts";

/** The permissions of IAM that each takes. */
const ACTIONS: Readonly<Record<RegistryAccess, readonly string[]>> = {
  pull: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
  list: ["ecr:ListImages"],
  delete: ["ecr:BatchDeleteImage"],
  push: [
    "ecr:BatchCheckLayerAvailability",
    "ecr:InitiateLayerUpload",
    "ecr:UploadLayerPart",
    "ecr:CompleteLayerUpload",
    "ecr:PutImage",
  ],
};

const isReading = (access: RegistryAccess): boolean => access === "pull" || access === "list";

/** What the registry's door asks. */
export const registryRules = (deps: EcrDeps): RegistryRules => {
  const { images, clock, secret, defaults } = deps;
  const home = (repository: RepositoryRef) => homeOf(repository, defaults);

  const isOwn = (holder: TokenHolder, { account, region }: RepositoryRef): boolean =>
    holder.account === account && holder.region === region;

  return {
    holderOf: (token) => readToken(token, secret, clock.now()),

    async allow(holder, asked, access) {
      const repository = home(asked);
      if (!isOwn(holder, repository) && !(isReading(access) && isBaseImage(asked.name))) return false;
      if (!isReading(access) && holder.right !== "push")
        throw new AccessDeniedException(`The token of ${holder.principal} only pulls; this asks to ${access}.`);
      const makes = access === "push" && deps.createOnPush && isRepositoryName(asked.name);
      const found =
        (await lookUpRepository(deps, repository)) ?? (makes && (await makeRepository(deps, repository, {})));
      if (!found) throw new RepositoryNotFoundException(asked);
      if (isOwn(holder, repository)) refuseDenied(found.repository, holder, ACTIONS[access]);
      return true;
    },

    resolve: (repository, reference) => images.resolve(home(repository), reference),
    check: (repository, manifest) => checkPush(deps, repository, manifest),

    async push(repository, pushed) {
      const { manifest } = await pushImage(deps, repository, pushed);
      return manifest.subject === undefined ? {} : { subject: manifest.subject };
    },

    async pulled(repository, digest) {
      await images.recordPull(home(repository), digest, clock.now());
    },

    async remove(repository, reference) {
      const id = reference.includes(":") ? { digest: reference } : { tag: reference };
      const outcome = await images.remove(home(repository), id, clock.now());
      if (outcome.type === "referenced")
        throw new AccessDeniedException(`Requested image referenced by manifest list: [${outcome.by.join(", ")}]`);
      return outcome.type === "removed";
    },

    tags: (repository) => images.tags(home(repository)),

    async referrers(repository, digest) {
      const found = await images.referrers(home(repository), digest);
      return found.map(({ mediaType, digest, manifestBytes, artifactMediaType, annotations }) => ({
        mediaType,
        digest,
        size: manifestBytes,
        ...(artifactMediaType !== undefined && { artifactType: artifactMediaType }),
        ...(annotations && { annotations }),
      }));
    },

    hold: () => holdUpload(deps),
  };
};
