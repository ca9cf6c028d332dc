import { type ServerEvent, serverEvents } from "../../src/cli/server-events.ts";
import type { TestBerth } from "../../test/support/berth.ts";

/** Statuses of tasks as Berth tells them to whoever follows its events. */
export interface TaskChanges {
  /** Resolves to when (by `performance.now`) it was told that a task has a status, also if that was before the call. */
  reached(taskId: string, status: string): Promise<number>;
  close(): void;
}

interface TaskChange {
  readonly subject: string;
  readonly facts: { readonly status?: string };
}

const MOST_PATIENCE_MS = 60_000;

/** Follows `/api/events`: being told costs both sides less than asking, and measures no interval of asking. */
export const followTasks = async ({ url, keys }: TestBerth): Promise<TaskChanges> => {
  const ending = new AbortController();
  const toldAt = new Map<string, number>();
  const waiting = new Map<string, (at: number) => void>();
  const answer = await fetch(`${url}/api/events?kinds=task`, {
    headers: { authorization: `Bearer ${keys.apiToken}` },
    signal: ending.signal,
  });
  if (!answer.ok || !answer.body) throw new Error(`/api/events answered ${answer.status}`);
  const chunks = answer.body as unknown as AsyncIterable<Buffer>;

  const hear = ({ event, data }: ServerEvent): void => {
    if (event !== "task") throw new Error(`the events were cut: ${event}`);
    const { subject, facts } = data as TaskChange;
    const key = `${subject} ${facts.status}`;
    if (toldAt.has(key)) return;
    const at = performance.now();
    toldAt.set(key, at);
    waiting.get(key)?.(at);
  };
  void (async () => {
    for await (const event of serverEvents(chunks)) hear(event);
  })().catch((error: unknown) => {
    if (!ending.signal.aborted) throw error;
  });

  return {
    async reached(taskId, status) {
      const key = `${taskId} ${status}`;
      const known = toldAt.get(key);
      if (known !== undefined) return known;
      return await new Promise<number>((resolve, reject) => {
        const late = setTimeout(
          () => reject(new Error(`task ${taskId} was not ${status} within ${MOST_PATIENCE_MS / 1000} s`)),
          MOST_PATIENCE_MS,
        );
        waiting.set(key, (at) => {
          clearTimeout(late);
          waiting.delete(key);
          resolve(at);
        });
      });
    },
    close: () => ending.abort(),
  };
};
