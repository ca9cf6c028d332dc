import { Command } from "commander";
import type { LifecycleAnswer, PackageAnswer } from "../answers.ts";
import { type Api, ApiFailure } from "../api.ts";
import type { Ecr } from "../ecr.ts";
import { usageError } from "../failure.ts";
import { type ImageName, imageNameOf, type RegistryScope } from "../images/image-name.ts";
import { findImage } from "../images/manifest.ts";
import { allRepositories, imagesOf } from "../images/repositories.ts";
import { type Out, printJson } from "../out.ts";
import type { Session } from "../session.ts";
import { imageText, type PackagesSight } from "../views/image.ts";
import { imagesTable, repositoriesTable, sizeOf } from "../views/images.ts";
import { lifecycleText } from "../views/lifecycle.ts";

interface ImagesDeps {
  readonly api: Api;
  readonly ecr: Ecr;
  readonly out: Out;
  readonly here: RegistryScope;
}

interface JsonOption {
  readonly json?: boolean;
}

const pathOf = (repository: string): string => `/ecr/repositories/${encodeURIComponent(repository)}`;

const listRepositories = async ({ ecr, out }: ImagesDeps, { json }: JsonOption): Promise<void> => {
  const repositories = await allRepositories(ecr);
  const filled = await Promise.all(
    repositories.map(async (repository) => ({
      repository,
      images: await imagesOf(ecr, repository.repositoryName ?? ""),
    })),
  );
  if (json) {
    const counted = filled.map(({ repository, images }) => ({
      ...repository,
      imageCount: images.length,
      sizeInBytes: sizeOf(images),
    }));
    return printJson(out, counted);
  }
  out.line(filled.length > 0 ? repositoriesTable(filled, Date.now()) : NO_REPOSITORIES);
};

const NO_REPOSITORIES = "No repositories. Make one and push to it with: berth build DIR -t NAME";

const listImages = async ({ ecr, out }: ImagesDeps, name: string, { json }: JsonOption): Promise<void> => {
  const images = await imagesOf(ecr, name);
  if (json) return printJson(out, images);
  out.line(
    images.length > 0 ? imagesTable(images, Date.now()) : `No images. Push one with: berth build DIR -t ${name}:TAG`,
  );
};

const packagesOf = async (api: Api, repository: string, digest: string): Promise<PackagesSight> => {
  try {
    return await api.get<{ packages: PackageAnswer[] }>(
      `${pathOf(repository)}/images/${encodeURIComponent(digest)}/packages`,
    );
  } catch (error) {
    // An index of artifacts, layers packed in a way of their own: what is known of the image is worth telling all the same.
    if (error instanceof ApiFailure && error.status < 500) return { unknown: error.message };
    throw error;
  }
};

const showImage = async ({ api, ecr, out }: ImagesDeps, name: ImageName, { json }: JsonOption): Promise<void> => {
  const { detail, manifest } = await findImage(ecr, name);
  const packages = await packagesOf(api, name.repository, detail.imageDigest ?? "");
  if (json) printJson(out, { ...detail, manifest, ...packages });
  else out.line(imageText(detail, manifest, packages, Date.now()));
};

/** Repositories, the images of one, or one image, by what is named. */
export const showImages = async (deps: ImagesDeps, text: string | undefined, options: JsonOption): Promise<void> => {
  if (text === undefined) return listRepositories(deps, options);
  const name = imageNameOf(text, deps.here);
  return name.tag === undefined && name.digest === undefined
    ? listImages(deps, name.repository, options)
    : showImage(deps, name, options);
};

/** Carries a repository's lifecycle policy out, or tells what it would do. */
export const expireImages = async (
  { api, out, here }: Omit<ImagesDeps, "ecr">,
  text: string,
  { preview = false, json }: JsonOption & { readonly preview?: boolean },
): Promise<void> => {
  const { repository, tag, digest } = imageNameOf(text, here);
  if (tag !== undefined || digest !== undefined)
    throw usageError("a lifecycle policy is of a whole repository: name no tag and no digest");
  const path = `${pathOf(repository)}/lifecycle-run`;
  const { images } = preview
    ? await api.get<{ images: LifecycleAnswer[] }>(path)
    : await api.send<{ images: LifecycleAnswer[] }>("POST", path);
  if (json) printJson(out, images);
  else out.line(lifecycleText(images, preview, Date.now()));
};

export const imagesCommand = (session: Session): Command => {
  const { out } = session;
  const images = new Command("images").description("show what is in the registry, and expire images by policy");
  images
    .command("list", { isDefault: true })
    .description("list repositories, the images of one, or what one image is made of (what berth images alone does)")
    .argument("[image]", "REPOSITORY, REPOSITORY:TAG or REPOSITORY@DIGEST")
    .option("--json", "print the answer as JSON")
    .action(async (text: string | undefined, options: JsonOption) =>
      showImages({ api: session.api(), ecr: await session.ecr(), out, here: session.connection() }, text, options),
    );
  images
    .command("expire")
    .description("carry a repository's lifecycle policy out now; each image with the rule that took or kept it")
    .argument("<repository>", "the repository")
    .option("--preview", "only tell what would expire")
    .option("--json", "print the images as JSON")
    .action((text: string, options) =>
      expireImages({ api: session.api(), out, here: session.connection() }, text, options),
    );
  return images.addHelpText(
    "after",
    "\nExamples:\n  berth images\n  berth images team/app\n  berth images team/app:1\n  berth images expire --preview team/app",
  );
};
