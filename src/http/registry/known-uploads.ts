import type { Upload } from "./ports.ts";

/** Uploads that go through this process, as they were last seen. */
export interface KnownUploads {
  /** The newest note of an upload: a client whose connection broke has only an older one. */
  newest(id: string, given: string): string;
  learn(upload: Upload): void;
  forget(id: string): void;
  /**
   * Works on an upload alone. Whoever comes while another request still works on it cuts that one off, as its client did without its noticing,
   * and waits for its end.
   */
  alone<Answer>(id: string, cut: () => void, work: () => Promise<Answer>): Promise<Answer>;
}

/** An upload given up by its client is forgotten when so many newer ones have come. */
const KEPT = 10_000;

export const knownUploads = (): KnownUploads => {
  const stateById = new Map<string, string>();
  const workById = new Map<string, { readonly cut: () => void; readonly over: Promise<unknown> }>();
  return {
    newest: (id, given) => stateById.get(id) ?? given,
    learn({ id, state }) {
      stateById.delete(id);
      stateById.set(id, state);
      const [oldest] = stateById.keys();
      if (stateById.size > KEPT && oldest !== undefined) stateById.delete(oldest);
    },
    forget: (id) => void stateById.delete(id),
    async alone(id, cut, work) {
      for (let other = workById.get(id); other !== undefined; other = workById.get(id)) {
        other.cut();
        await other.over;
      }
      const doing = work();
      const over = doing.catch(() => {}).finally(() => workById.delete(id));
      workById.set(id, { cut, over });
      return doing;
    },
  };
};
