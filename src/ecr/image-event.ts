import type { Change } from "../kernel/change-feed.ts";
import { uuidOf } from "../kernel/fingerprint.ts";
import { repositoryArn, repositoryOfId } from "./model/repository.ts";

const ACTIONS: Readonly<Record<string, "PUSH" | "DELETE">> = { pushed: "PUSH", deleted: "DELETE" };

/**
 * A change of an image in EventBridge's shape, as ECR tells it ("ECR Image Action"); `undefined` for all that ECR does not tell. The same entry of the
 * feed always is the same event.
 */
export const asImageActionEvent = ({ kind, verb, id, at, facts }: Change): object | undefined => {
  const action = kind === "image" ? ACTIONS[verb] : undefined;
  const { repository: repositoryId, digest, tag } = facts;
  if (action === undefined || repositoryId === undefined || digest === undefined) return undefined;
  const repository = repositoryOfId(repositoryId);
  return {
    version: "0",
    id: uuidOf("ecr-image-action", id),
    "detail-type": "ECR Image Action",
    source: "aws.ecr",
    account: repository.account,
    time: new Date(at).toISOString().replace(/\.\d+Z$/, "Z"),
    region: repository.region,
    resources: [repositoryArn(repository)],
    detail: {
      "action-type": action,
      result: "SUCCESS",
      "repository-name": repository.name,
      "image-digest": digest,
      ...(tag && { "image-tag": tag }),
    },
  };
};
