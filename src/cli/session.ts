import { type Api, connectApi } from "./api.ts";
import { type Batch, connectBatch } from "./batch.ts";
import { type Connection, type Env, findConnection } from "./connection.ts";
import { connectEcr, type Ecr } from "./ecr.ts";
import { connectEcs, type Ecs } from "./ecs.ts";
import type { Out } from "./out.ts";

/** What a command works with. Nothing is read or connected before it is asked for. */
export interface Session {
  readonly out: Out;
  readonly env: Env;
  connection(): Connection;
  api(): Api;
  ecs(): Promise<Ecs>;
  batch(): Promise<Batch>;
  ecr(): Promise<Ecr>;
  /** Aborts when the user presses Ctrl-C. */
  readonly interrupted: AbortSignal;
}

/** A session with the Berth that the environment means; `region` is asked late, when the options are read. */
export const openSession = (
  { out, env, interrupted }: Pick<Session, "out" | "env" | "interrupted">,
  region: () => string | undefined,
): Session => {
  let found: Connection | undefined;
  let ecs: Promise<Ecs> | undefined;
  let batch: Promise<Batch> | undefined;
  let ecr: Promise<Ecr> | undefined;
  const connection = (): Connection => {
    found ??= findConnection(env, region());
    return found;
  };
  return {
    out,
    env,
    interrupted,
    connection,
    api: () => connectApi(connection()),
    ecs() {
      ecs ??= connectEcs(connection());
      return ecs;
    },
    batch() {
      batch ??= connectBatch(connection());
      return batch;
    },
    ecr() {
      ecr ??= connectEcr(connection());
      return ecr;
    },
  };
};
