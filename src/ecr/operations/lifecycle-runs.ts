import { Type } from "typebox";
import { type OwnOperation, ownOperation } from "../../kernel/own-operation.ts";
import { findRepository } from "../find-repository.ts";
import { LifecyclePolicyNotFoundException } from "../model/errors.ts";
import { judge, type LifecycleVerdict } from "../model/lifecycle.ts";
import { readLifecyclePolicy } from "../model/read-lifecycle-policy.ts";
import type { EcrDeps } from "../ports.ts";
import type { Upkeep } from "./own.ts";

const text = Type.String();

const OUTPUT = Type.Object({
  images: Type.Array(
    Type.Object({
      imageDigest: text,
      imageTags: Type.Array(text),
      imagePushedAt: Type.Number({ description: "Milliseconds since 1970" }),
      expired: Type.Boolean(),
      rulePriority: Type.Optional(Type.Number({ description: "The rule that took or kept it" })),
      reason: text,
    }),
  ),
});

const asAnswer = ({ image, rulePriority, reason }: LifecycleVerdict, expired: boolean) => ({
  imageDigest: image.digest,
  imageTags: image.tags,
  imagePushedAt: image.pushedAt,
  expired,
  ...(rulePriority !== undefined && { rulePriority }),
  reason,
});

const AT = {
  path: "/ecr/repositories/{repositoryName}/lifecycle-run",
  params: Type.Object({
    repositoryName: Type.String({ minLength: 2, description: "A repository's name; its slashes are written %2F" }),
  }),
  answer: "json",
  status: 200,
  output: OUTPUT,
} as const;

/** A lifecycle policy at work, told of every image: AWS's own preview tells only of those that go, and not why. Both throw LifecyclePolicyNotFoundException. */
export const lifecycleRuns = (deps: EcrDeps, upkeep: Pick<Upkeep, "runLifecycle">): OwnOperation[] => [
  ownOperation({
    ...AT,
    name: "PreviewLifecycleRun",
    summary: "What a run of a repository's lifecycle policy would do now with every image; nothing goes",
    method: "GET",
    async handle({ params, caller }) {
      const { repository } = await findRepository(deps, params, caller, "ecr:GetLifecyclePolicyPreview", "read");
      if (!repository.lifecycle) throw new LifecyclePolicyNotFoundException(repository);
      const images = await deps.images.list(repository);
      const verdicts = judge(readLifecyclePolicy(repository.lifecycle.text), images, deps.clock.now());
      return { images: verdicts.map((verdict) => asAnswer(verdict, verdict.expires)) };
    },
  }),
  ownOperation({
    ...AT,
    name: "RunLifecyclePolicy",
    summary: "Carries out a repository's lifecycle policy now, and tells of every image which rule took or kept it",
    method: "POST",
    async handle({ params, caller }) {
      const { repository } = await findRepository(deps, params, caller, "ecr:BatchDeleteImage");
      if (!repository.lifecycle) throw new LifecyclePolicyNotFoundException(repository);
      const outcomes = await upkeep.runLifecycle(repository);
      return { images: outcomes.map((outcome) => asAnswer(outcome, outcome.expired)) };
    },
  }),
];
