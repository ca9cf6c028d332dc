import type { Post } from "../admin/index.ts";

const ANSWER_WITHIN_MS = 10_000;

/** Posts to where the user said, and nowhere else: a redirect is an answer like any other. */
export const postJson: Post = async (url, body, headers) => {
  const answer = await fetch(url, {
    method: "POST",
    body,
    headers,
    redirect: "manual",
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
  await answer.body?.cancel();
  return answer.status;
};
