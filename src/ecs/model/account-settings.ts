import type { SettingName } from "@aws-sdk/client-ecs";
import { NotBuiltError } from "../../kernel/errors.ts";
import { InvalidParameterException } from "./errors.ts";

interface SettingRule {
  readonly values: readonly string[];
  /** What holds where nobody set it. */
  readonly byDefault: string;
}

const SWITCH = ["enabled", "disabled"] as const;

/** Every setting with the values it takes. */
export const SETTINGS: Readonly<Record<SettingName, SettingRule>> = {
  awsvpcTrunking: { values: SWITCH, byDefault: "disabled" },
  containerInsights: { values: ["enhanced", ...SWITCH], byDefault: "disabled" },
  containerInstanceLongArnFormat: { values: SWITCH, byDefault: "enabled" },
  defaultLogDriverMode: { values: ["blocking", "non-blocking"], byDefault: "non-blocking" },
  fargateEventWindows: { values: SWITCH, byDefault: "disabled" },
  fargateFIPSMode: { values: SWITCH, byDefault: "disabled" },
  fargateTaskRetirementWaitPeriod: { values: ["0", "7", "14"], byDefault: "7" },
  guardDutyActivate: { values: [], byDefault: "off" },
  serviceLongArnFormat: { values: SWITCH, byDefault: "enabled" },
  tagResourceAuthorization: { values: ["on", "off"], byDefault: "off" },
  taskLongArnFormat: { values: SWITCH, byDefault: "enabled" },
};

/** Checks a setting and its value. Throws InvalidParameterException, and NotBuiltError for the short ARNs of 2018. */
export const checkSetting = (name: SettingName, value: string): void => {
  const rule = SETTINGS[name];
  if (rule.values.length === 0) throw new InvalidParameterException(`${name} is managed by AWS and cannot be set.`);
  if (!rule.values.includes(value))
    throw new InvalidParameterException(`${name} should be one of [${rule.values.join(",")}]`);
  if (name.endsWith("LongArnFormat") && value === "disabled")
    throw new NotBuiltError(`The short ARN format, which ${name}=disabled asks for,`);
};
