/** What one control plane at a time does for all of them. It must be harmless if two do it for a moment: a duty is no lock. */
export interface Duties {
  /** Takes a duty that nobody has, or keeps one's own, for that long. `false`: it is another's. */
  hold(duty: string, owner: string, lastsMs: number): Promise<boolean>;
  /** Gives it up, if it is one's own. */
  drop(duty: string, owner: string): Promise<void>;
}
