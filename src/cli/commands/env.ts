import { Command, Option } from "commander";
import { printJson } from "../out.ts";
import type { Session } from "../session.ts";
import { type Shell, type ShellSetting, shellLines } from "../shells.ts";

/** What makes the AWS tools of a shell talk to this Berth. */
export const shellSetting = (session: Session): ShellSetting => {
  const { url, region, accessKeyId, secretAccessKey, apiToken, home, ownEngine } = session.connection();
  const { BERTH_PORT: port, BERTH_REGISTRY_PORT: registryPort } = session.env;
  return {
    endpoint: url,
    unset: ["AWS_PROFILE", "AWS_SESSION_TOKEN"],
    variables: {
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      BERTH_API_TOKEN: apiToken,
      BERTH_HOME: home,
      ...(port && { BERTH_PORT: port }),
      ...(registryPort && { BERTH_REGISTRY_PORT: registryPort }),
      ...(ownEngine && { DOCKER_HOST: ownEngine }),
    },
  };
};

export const envCommand = (session: Session): Command =>
  new Command("env")
    .description("print what makes this shell's AWS tools talk to Berth")
    .addOption(new Option("--shell <shell>", "whose language to print").choices(["sh", "fish"]).default("sh"))
    .option("--json", "print the variables as JSON")
    .addHelpText("after", '\nExamples:\n  eval "$(npx berth env)"\n  npx berth env --shell fish | source')
    .action(({ shell, json }: { shell: Shell; json?: boolean }) => {
      const setting = shellSetting(session);
      if (json) printJson(session.out, setting.variables);
      else session.out.line(shellLines(shell, setting));
    });
