/** A layer upload of the API, which comes in parts. */
export interface LayerUpload {
  /** The repository's id. */
  readonly repository: string;
  /** How many bytes are on disk. */
  readonly offset: number;
  /** What the blob store wants to see again to go on. */
  readonly state: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

/** What a lifecycle policy would do, as it was evaluated when somebody asked. */
export interface LifecyclePreview {
  readonly policyText: string;
  readonly expiring: readonly {
    readonly digest: string;
    readonly tags: readonly string[];
    readonly pushedAt: number;
    readonly rulePriority: number;
  }[];
}
