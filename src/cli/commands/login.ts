import { Command } from "commander";
import type { Env } from "../connection.ts";
import type { Ecr } from "../ecr.ts";
import { CliError } from "../failure.ts";
import { type RegistryLogin, registryLogin } from "../images/registry-login.ts";
import { type Out, printJson } from "../out.ts";
import { type RunProgram, runProgram } from "../run-program.ts";
import type { Session } from "../session.ts";

interface LoginDeps {
  readonly ecr: Ecr;
  readonly out: Out;
  readonly env: Env;
  readonly runProgram: RunProgram;
}

export interface LoginOptions {
  readonly print?: boolean;
  readonly json?: boolean;
}

const dockerLogin = async ({ env, runProgram: run }: LoginDeps, { host, username, password }: RegistryLogin) => {
  const args = ["login", "--username", username, "--password-stdin", host];
  const ended = await run("docker", args, { input: password, env });
  if (ended === "not-installed") {
    throw new CliError("there is no docker command here to log in", {
      hint: `berth build needs none; another tool logs in by: berth login --print | skopeo login --username ${username} --password-stdin ${host}`,
    });
  }
  if (ended.exitCode !== 0)
    throw new CliError(`docker did not log in at ${host}: ${ended.stderr.trim() || `exit code ${ended.exitCode}`}`);
};

/** Logs docker in at the registry's door; with `print` only prints the password, for another tool's standard input. */
export const login = async (deps: LoginDeps, { print, json }: LoginOptions): Promise<void> => {
  const { out } = deps;
  const granted = await registryLogin(deps.ecr);
  const { host, username, password, expiresAt } = granted;
  const facts = { registry: host, username, expiresAt };
  if (print) return json ? printJson(out, { ...facts, password }) : out.line(password);
  await dockerLogin(deps, granted);
  if (json) printJson(out, facts);
  else out.line(`docker is logged in at ${host} until ${expiresAt.toISOString()}`);
};

export const loginCommand = (session: Session): Command =>
  new Command("login")
    .description("log docker in at Berth's registry, for twelve hours")
    .option("--print", "print the password and nothing else, for the standard input of another tool")
    .option("--json", "print registry, user name and end as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  berth login\n  berth login --print | skopeo login --username AWS --password-stdin localhost:4510",
    )
    .action(async (options: LoginOptions) => {
      const { ownEngine } = session.connection();
      // Older versions of docker log in through the engine.
      const env = { ...(ownEngine && { DOCKER_HOST: ownEngine }), ...session.env };
      await login({ ecr: await session.ecr(), out: session.out, env, runProgram }, options);
    });
