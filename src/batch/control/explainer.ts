import type { QueueId } from "../model/ids.ts";
import type { Picks } from "../model/pick-input.ts";
import type { JobWait, ShareLine } from "../ports.ts";
import type { BatchLoopDeps } from "./loop-deps.ts";

/** Figures change with every start and end: so often they are told anew where only they have changed. */
const REFRESH_MS = 1_000;

type Note = JobWait & { kind: "aside" | "waiting"; queue: QueueId; share: string };

/** Notes why jobs wait, where that has changed. */
export const explainer = ({ jobMoves, clock }: Pick<BatchLoopDeps, "jobMoves" | "clock">) => {
  const notedAt = new Map<string, number>();

  const waitingNote = (
    { queue, share, job, reason }: Picks["waiting"][number],
    known: JobWait | undefined,
  ): Note | undefined => {
    const now = clock.now();
    const isSame = known?.job === job && known.code === reason.code;
    if (isSame && (known.text === reason.text || now - (notedAt.get(`${queue} ${share}`) ?? 0) < REFRESH_MS))
      return undefined;
    notedAt.set(`${queue} ${share}`, now);
    return { kind: "waiting", queue, share, job, ...reason, since: isSame ? known.since : now };
  };

  return async (picks: Picks, lines: readonly ShareLine[][], queues: readonly { readonly id: QueueId }[]) => {
    const lineOf = (queue: QueueId, share: string): ShareLine | undefined =>
      lines[queues.findIndex(({ id }) => id === queue)]?.find((one) => one.share === share);
    // Children of an array that is one entry go together: the first one says it for all.
    const aside = new Map<string, Note>();
    for (const { queue, job, reason } of picks.aside) {
      const { share, entry } = placeOf(job, lines[queues.findIndex(({ id }) => id === queue)] ?? []);
      if (!aside.has(entry)) aside.set(entry, { kind: "aside", queue, share, job, ...reason, since: clock.now() });
    }
    const waiting = picks.waiting.flatMap((one) => waitingNote(one, lineOf(one.queue, one.share)?.front) ?? []);
    await jobMoves.explain([...aside.values(), ...waiting]);
  };
};

const placeOf = (job: string, lines: readonly ShareLine[]): { readonly share: string; readonly entry: string } => {
  for (const { share, entries } of lines) {
    const entry = entries.find(({ id, children }) => job === id || (children.length > 0 && job.startsWith(`${id}:`)));
    if (entry) return { share, entry: entry.id };
  }
  return { share: "", entry: job };
};
