import type { LogConfiguration } from "@aws-sdk/client-ecs";
import type { LogDelivery, LogDestination } from "../../fleet/index.ts";

/** Options of the awslogs driver that are acted on. */
const ACTED_ON: readonly string[] = [
  "awslogs-group",
  "awslogs-region",
  "awslogs-stream-prefix",
  "awslogs-create-group",
  "mode",
  "max-buffer-size",
];

const REFUSED: Readonly<Record<string, string>> = {
  "awslogs-datetime-format": "several lines cannot be joined into one event",
  "awslogs-multiline-pattern": "several lines cannot be joined into one event",
  "awslogs-endpoint": "output goes to Berth's own CloudWatch Logs, and nowhere else",
};

/** Drivers that a container can have: both keep the output with Berth, awslogs shows it as a log stream too. */
export const LOG_DRIVERS: readonly string[] = ["json-file", "awslogs"];

/** What must be given to the awslogs driver and is not, as ECS tells it at registration; `undefined` where nothing is missing. */
export const missingLogOptions = ({ logDriver, options = {} }: LogConfiguration): string | undefined => {
  const missing = ["awslogs-group", "awslogs-region"].filter((name) => !options[name]);
  return logDriver === "awslogs" && missing.length > 0
    ? `Log driver awslogs requires options: ${missing.join(", ")}.`
    : undefined;
};

/** The first option that would be ignored, with the reason why it is not acted on. */
export const refusedLogOption = ({
  logDriver,
  options = {},
}: {
  readonly logDriver: string | undefined;
  readonly options?: Readonly<Record<string, string>> | undefined;
}): { readonly member: string; readonly because: string } | undefined => {
  for (const [member, value] of Object.entries(options)) {
    if (logDriver !== "awslogs") return { member, because: `options of the driver ${logDriver} cannot be set` };
    if (!ACTED_ON.includes(member))
      return { member, because: REFUSED[member] ?? "this option of awslogs is not acted on" };
    const isWord = member !== "mode" || value === "blocking" || value === "non-blocking";
    if (!isWord) return { member, because: "it is blocking or non-blocking" };
  }
  return undefined;
};

/** Where a container's output goes, in the fleet's words; nothing where only Berth keeps it. */
export const logMembers = ({
  logDriver,
  options = {},
}: LogConfiguration): { readonly logTo?: LogDestination; readonly logDelivery?: LogDelivery } => {
  if (logDriver !== "awslogs") return {};
  const { mode, "awslogs-stream-prefix": streamPrefix, "max-buffer-size": maxBufferSize } = options;
  return {
    logTo: {
      group: options["awslogs-group"] ?? "",
      region: options["awslogs-region"] ?? "",
      createGroup: options["awslogs-create-group"] === "true",
      ...(streamPrefix && { streamPrefix }),
    },
    ...(mode !== undefined && {
      logDelivery: {
        mode: mode === "non-blocking" ? mode : "blocking",
        // Docker refuses a buffer where the container waits.
        ...(mode === "non-blocking" && maxBufferSize && { maxBufferSize }),
      },
    }),
  };
};
