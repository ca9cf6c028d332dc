import { changeRecord } from "../../kernel/change-record.ts";
import { judge, type LifecycleVerdict } from "../model/lifecycle.ts";
import { readLifecyclePolicy } from "../model/read-lifecycle-policy.ts";
import { type RepositoryRecord, repositoryId, repositoryTerms } from "../model/repository.ts";
import type { EcrDeps } from "../ports.ts";

/** What a run did with an image: the verdict, and whether it went. */
export interface LifecycleOutcome extends LifecycleVerdict {
  readonly expired: boolean;
}

type Deps = Pick<EcrDeps, "repositories" | "images" | "clock" | "queue" | "log">;

/** Judges a repository's images by its policy and removes those that expire. A repository without a policy has nothing to lose. */
export const runLifecycle = async (deps: Deps, repository: RepositoryRecord): Promise<LifecycleOutcome[]> => {
  if (!repository.lifecycle) return [];
  const now = deps.clock.now();
  const verdicts = judge(readLifecyclePolicy(repository.lifecycle.text), await deps.images.list(repository), now);
  const outcomes: LifecycleOutcome[] = [];
  // An index before the images it names: only then may they go.
  const inOrder = [...verdicts].sort((a, b) => b.image.children.length - a.image.children.length);
  for (const verdict of inOrder) outcomes.push(await carryOut(deps, repository, verdict));

  await changeRecord(deps.repositories, repositoryId(repository), repositoryTerms, (current) =>
    current.lifecycle ? { ...current, lifecycle: { ...current.lifecycle, evaluatedAt: now } } : current,
  );
  const expired = outcomes.filter((one) => one.expired).length;
  if (expired > 0) {
    deps.log.info(
      { repository: repositoryId(repository), expired, of: outcomes.length },
      "a lifecycle policy expired images",
    );
    await deps.queue.add({ name: "collect", data: {} }, { once: "collect" });
  }
  return outcomes;
};

const carryOut = async (
  { images, clock }: Deps,
  repository: RepositoryRecord,
  verdict: LifecycleVerdict,
): Promise<LifecycleOutcome> => {
  if (!verdict.expires) return { ...verdict, expired: false };
  const { digest, tags } = verdict.image;
  const { type } = await images.remove(repository, { digest }, clock.now(), tags);
  if (type === "removed") return { ...verdict, expired: true };
  return { ...verdict, expired: false, reason: STAYED[type] };
};

const STAYED: Readonly<Record<"not-found" | "mismatch" | "changed" | "referenced", string>> = {
  "not-found": "it was deleted meanwhile",
  mismatch: "its tags changed meanwhile",
  changed: "its tags changed meanwhile",
  referenced: "an index that names it was pushed meanwhile",
};

/** The hourly run: every repository by its policy. One that fails does not keep the others from theirs. */
export const runAllLifecycles = async (deps: Deps): Promise<void> => {
  for (const id of await deps.repositories.find([])) {
    const [stored] = await deps.repositories.get([id]);
    if (stored)
      await runLifecycle(deps, stored.value).catch((error: unknown) =>
        deps.log.warn(
          { err: error, repository: id },
          "a lifecycle policy could not be carried out; the next run tries again",
        ),
      );
  }
};
