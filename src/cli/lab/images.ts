import { sessionEngine } from "../build/session-engine.ts";
import { CliError } from "../failure.ts";
import { findRepository } from "../images/repositories.ts";
import type { Session } from "../session.ts";
import { hasMoved, hasTag, isImmutable, ranByDigest, share, wasExpired } from "./images-checks.ts";
import { type ImagesSight, lookAtImages } from "./images-sight.ts";
import type { Lab } from "./lab.ts";

const APP = "lab-3/app";
const BUILDS = "lab-3/builds";
const BASE = "berth/busybox";
const FOLDER = "labs/03-images";

/** The registry as a task definition names it on AWS too. */
const AS_ON_AWS = "000000000000.dkr.ecr.us-east-1.amazonaws.com";

const prepare = async (session: Session): Promise<string[]> => {
  if (!(await sessionEngine(session).hasImage(BASE))) {
    throw new CliError(`the engine has no image ${BASE}, which this lab's Dockerfile begins with`, {
      hint: "npm run up makes it",
    });
  }
  const ecr = await session.ecr();
  const found = await Promise.all([APP, BUILDS].map(async (name) => ((await findRepository(ecr, name)) ? [name] : [])));
  return [
    `the engine has ${BASE}, with which the lab's Dockerfile begins`,
    ...found
      .flat()
      .map((name) => `${name} is there from before; to start over: ${command("delete-repository", name)} --force`),
  ];
};

const command = (operation: string, repository: string): string =>
  `aws ecr ${operation} --repository-name ${repository}`;

const build = (name: string, version: string): string =>
  `berth build ${FOLDER}/app -t ${name} --build-arg VERSION=${version}`;

/** Lab 3: what a tag is and what a digest, which of them may move, and what goes by itself. */
export const IMAGES: Lab<ImagesSight> = {
  number: 3,
  title: "Images: tags and digests",
  readme: `${FOLDER}/README.md`,
  prepare,
  look: async (session) => lookAtImages({ ecr: await session.ecr(), ecs: await session.ecs() }, [APP, BUILDS]),
  steps: [
    {
      title: `build an image and push it as ${APP}:1`,
      how: [build(`${APP}:1`, "1"), "berth images", `berth images ${APP}:1`],
      missing: hasTag(APP, "1"),
    },
    {
      title: "give it a second tag, first, without pushing anything",
      how: [
        `manifest=$(${command("batch-get-image", APP)} --image-ids imageTag=1 --query 'images[0].imageManifest' --output text)`,
        `${command("put-image", APP)} --image-tag first --image-manifest "$manifest"`,
      ],
      missing: share(APP, "1", "first"),
    },
    {
      title: "let the tag dev move from one image to another",
      how: [build(`${APP}:dev`, "a"), build(`${APP}:dev`, "b"), `berth images ${APP}`],
      missing: hasMoved(APP, "dev"),
    },
    {
      title: "run the image that lost its tag, by its digest",
      how: [
        `digest=$(${command("list-images", APP)} --filter tagStatus=UNTAGGED --query 'imageIds[0].imageDigest' --output text)`,
        `berth run --wait ${AS_ON_AWS}/${APP}@$digest`,
      ],
      missing: ranByDigest(APP),
    },
    {
      title: "make tags immutable, and see a push refused",
      how: [`${command("put-image-tag-mutability", APP)} --image-tag-mutability IMMUTABLE`, build(`${APP}:1`, "2")],
      missing: isImmutable(APP, "1", "first"),
    },
    {
      title: "let a lifecycle policy keep the last two builds",
      how: [
        `for n in 1 2 3; do ${build(`${BUILDS}:build-$n`, "$n")}; done`,
        `${command("put-lifecycle-policy", BUILDS)} --lifecycle-policy-text file://${FOLDER}/keep-two-builds.json`,
        `berth images expire --preview ${BUILDS}`,
        `berth images expire ${BUILDS}`,
      ],
      missing: wasExpired(BUILDS, "build-1", ["build-2", "build-3"]),
    },
  ],
};
