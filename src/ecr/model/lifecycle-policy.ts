/** Which images a rule looks at, and which of them it takes. */
export interface LifecycleRule {
  /** Unique; the lowest comes first. */
  readonly priority: number;
  readonly selection: Selection;
  readonly limit: Limit;
}

export type Selection =
  | { readonly tagStatus: "any" }
  | { readonly tagStatus: "untagged" }
  /** Each has to match one of the image's tags. */
  | { readonly tagStatus: "tagged"; readonly prefixes: readonly string[]; readonly patterns: readonly string[] };

export type Limit =
  | { readonly type: "imageCountMoreThan"; readonly count: number }
  | { readonly type: "sinceImagePushed" | "sinceImagePulled"; readonly days: number };
