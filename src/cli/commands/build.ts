import { Command } from "commander";
import { many, nameAndValue } from "../arguments.ts";
import { type BuildOptions, buildImage } from "../build/build-image.ts";
import { buildContext } from "../build/context.ts";
import type { Engine } from "../build/engine.ts";
import { pushImage } from "../build/push-image.ts";
import { sessionEngine } from "../build/session-engine.ts";
import type { Ecr } from "../ecr.ts";
import { usageError } from "../failure.ts";
import { imageNameOf, type RegistryScope } from "../images/image-name.ts";
import { registryLogin } from "../images/registry-login.ts";
import { findRepository } from "../images/repositories.ts";
import { type Out, printJson } from "../out.ts";
import type { Session } from "../session.ts";

interface BuildDeps {
  readonly ecr: Ecr;
  readonly engine: Engine;
  readonly out: Out;
  readonly here: RegistryScope;
  readonly signal: AbortSignal;
}

interface Options extends BuildOptions {
  readonly tag: string;
  readonly file?: string;
  readonly json?: boolean;
}

/** The address to push to; the repository is made where it is missing. */
const ensureRepository = async ({ ecr, out }: BuildDeps, repositoryName: string): Promise<string> => {
  const found = await findRepository(ecr, repositoryName);
  if (found?.repositoryUri) return found.repositoryUri;
  const { repository } = await ecr.createRepository({ repositoryName });
  out.note(`made the repository ${repositoryName}`);
  return repository?.repositoryUri ?? "";
};

/** Builds a folder's Dockerfile on the engine, names the image and pushes it. A build that fails makes no repository and no name. */
export const buildAndPush = async (deps: BuildDeps, folder: string, options: Options): Promise<void> => {
  const { out } = deps;
  const { repository, tag = "latest", digest } = imageNameOf(options.tag, deps.here);
  if (digest !== undefined) throw usageError("a digest comes of the content: give REPOSITORY or REPOSITORY:TAG");
  const context = buildContext(folder, options.file);
  const login = await registryLogin(deps.ecr);
  const imageId = await buildImage({ ...deps, login }, context, options);
  const uri = await ensureRepository(deps, repository);
  const pushedDigest = await pushImage({ ...deps, login }, { imageId, uri, tag });
  const image = `${uri}:${tag}`;
  if (options.json) return printJson(out, { image, digest: pushedDigest, imageId });
  out.note(`pushed ${pushedDigest}`);
  out.line(image);
};

const EXAMPLES = `
Prints the name that a task definition takes; what goes on is told on stderr.

Examples:
  berth build . -t team/app
  berth build app -t team/app:1.4 --build-arg VERSION=1.4
  berth run "$(berth build . -t team/app)"`;

export const buildCommand = (session: Session): Command =>
  new Command("build")
    .description("build a Dockerfile on the engine and push the image to Berth's registry; needs no docker command")
    .argument("<folder>", "what the Dockerfile may copy from; its .dockerignore is heeded")
    .requiredOption("-t, --tag <name[:tag]>", "the repository, made where it is missing, and the tag (default: latest)")
    .option("-f, --file <path>", "the Dockerfile (default: the folder's)")
    .option("--build-arg <name=value>", "an ARG of the Dockerfile; may be repeated", many(nameAndValue))
    .option("--target <stage>", "build no further than this stage")
    .option("--no-cache", "take nothing from earlier builds")
    .option("--json", "print image, digest and image id as JSON")
    .addHelpText("after", EXAMPLES)
    .action(async (folder: string, options: Options) => {
      const { out, interrupted: signal } = session;
      const here = session.connection();
      const engine = sessionEngine(session);
      await buildAndPush({ ecr: await session.ecr(), engine, out, here, signal }, folder, options);
    });
