import { type Fleet, NO_HOST, summarise, type Task } from "../../../fleet/index.ts";

/** Why those of the tasks wait that have no host: what the oldest of them lacks. */
export const waitsForRoom = async (fleet: Fleet, tasks: readonly Task[]) => {
  const waiting = tasks.filter(({ host }) => host === NO_HOST).toSorted((a, b) => a.createdAt - b.createdAt);
  const [first] = waiting;
  const why = first && (await fleet.placement(first.id));
  if (!first || !why) return {};
  const { ahead = 0, hosts } = why.explanation;
  const hasRoom = hosts.some(({ lacks }) => lacks.length === 0);
  const reason = hasRoom ? "There is room for it, but others came before." : summarise(why.explanation);
  return { waiting: { tasks: waiting.length, since: first.createdAt, ahead, reason } };
};
