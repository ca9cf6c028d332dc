import type { Session } from "../session.ts";
import { connectEngine, type Engine } from "./engine.ts";
import { engineAddress } from "./engine-address.ts";

const USUAL = "unix:///var/run/docker.sock";

/** The engine that DOCKER_HOST names, else the one that Berth found or started. Throws CliError for an address it cannot use. */
export const sessionEngine = ({ env, connection }: Pick<Session, "env" | "connection">): Engine =>
  connectEngine(engineAddress(env.DOCKER_HOST || connection().engine || USUAL, env));
