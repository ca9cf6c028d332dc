export type Method = "GET" | "POST" | "PUT" | "DELETE";

/**
 * An AWS operation as a resource of /api. What the path and the query do not say stands in the body; names are those of the
 * operation's input.
 */
export interface RestRoute {
  readonly operation: string;
  readonly method: Method;
  /** Below /api: `/clusters/{cluster}/tasks/{task}`. A label is the input's member of that name; of a list member it is the only item. */
  readonly path: string;
  /** Labels whose member has another name: `{ task: "tasks" }`. */
  readonly members?: Readonly<Record<string, string>>;
  /** The answer's member that lists the one thing the path names: empty, with failures beside it, the answer is 404. */
  readonly one?: string;
  /** Status of success, 200 unless said. */
  readonly status?: number;
}
