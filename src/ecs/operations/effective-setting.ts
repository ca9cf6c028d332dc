import type { SettingName } from "@aws-sdk/client-ecs";
import type { Caller } from "../../kernel/operation.ts";
import { type Scope, scopeKey } from "../../kernel/scope.ts";
import { SETTINGS } from "../model/account-settings.ts";
import type { EcsStores } from "../ports.ts";

/** The account's default stands where no principal does. */
export const ACCOUNT_DEFAULT = "";

export const settingId = (scope: Scope, name: string, principal: string): string =>
  `${scopeKey(scope)}/${name}/${principal}`;

/** What holds for a caller: its own setting, else the account's default, else AWS's. */
export const effectiveSetting = async (
  { accountSettings }: Pick<EcsStores, "accountSettings">,
  caller: Caller,
  name: SettingName,
): Promise<string> => {
  const principals = [caller.principal, ACCOUNT_DEFAULT];
  const [own, byDefault] = await accountSettings.get(principals.map((principal) => settingId(caller, name, principal)));
  return own?.value.value ?? byDefault?.value.value ?? SETTINGS[name].byDefault;
};
