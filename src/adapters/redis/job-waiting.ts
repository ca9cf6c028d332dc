import type { WaitingReason } from "../../batch/model/job.ts";
import { parseJson } from "./fields.ts";

const BETWEEN_ATTEMPTS = "waits for its next attempt to be due";

/** Why a RUNNABLE job waits: set aside itself, between attempts, or in line behind others for what the first of its share waits for. */
export const waitingOf = (aside: string, front: string, before: number, since: number, key: string): WaitingReason => {
  if (aside !== "") return parseJson<WaitingReason>(aside, "why it is set aside", key);
  const ahead = before > 0 ? `It waits behind ${before} of its share. ` : "";
  if (before < 0) return { code: "JOB:RETRY_BACKOFF", text: `The job ${BETWEEN_ATTEMPTS}.`, since };
  if (front === "") return { code: "JOB_QUEUE:IN_LINE", text: `${ahead}The dispatcher has not come to it yet.`, since };
  const first = parseJson<WaitingReason>(front, "why its share waits", key);
  return { code: first.code, text: ahead + first.text, since: Math.max(since, first.since) };
};
