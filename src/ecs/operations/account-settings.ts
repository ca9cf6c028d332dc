import type { Setting, SettingName } from "@aws-sdk/client-ecs";
import { changeRecord } from "../../kernel/change-record.ts";
import type { Caller } from "../../kernel/operation.ts";
import { scopeKey } from "../../kernel/scope.ts";
import { checkSetting, SETTINGS } from "../model/account-settings.ts";
import { pageOf } from "../model/page.ts";
import type { AccountSettingRecord } from "../model/records.ts";
import type { EcsDeps, EcsOperations } from "../ports.ts";
import { ACCOUNT_DEFAULT, effectiveSetting, settingId } from "./effective-setting.ts";

type SettingOperations = EcsOperations<
  "PutAccountSetting" | "PutAccountSettingDefault" | "DeleteAccountSetting" | "ListAccountSettings"
>;

const NAMES = Object.keys(SETTINGS) as SettingName[];

const termsOf = (setting: AccountSettingRecord): string[] => [
  `scope:${scopeKey(setting)}`,
  `principal:${scopeKey(setting)}/${setting.principal}`,
];

/** What the root user sets is the account's default. */
const principalOf = (principalArn: string | undefined, caller: Caller): string => {
  const principal = principalArn || caller.principal;
  return principal.endsWith(":root") ? ACCOUNT_DEFAULT : principal;
};

const asSetting = (name: SettingName, value: string, caller: Caller, principal: string): Setting => ({
  name,
  value,
  principalArn: principal || `arn:aws:iam::${caller.account}:root`,
  type: SETTINGS[name].values.length === 0 ? "aws_managed" : "user",
});

/** Settings of the account and of whoever calls. */
export const accountSettingOperations = (deps: Pick<EcsDeps, "accountSettings">): SettingOperations => {
  const { accountSettings } = deps;
  const put = async (name: SettingName, value: string, principal: string, caller: Caller): Promise<Setting> => {
    checkSetting(name, value);
    const { account, region } = caller;
    const record: AccountSettingRecord = { account, region, name, value, principal };
    const id = settingId(caller, name, principal);
    if (!(await accountSettings.create(id, record, termsOf(record))))
      await changeRecord(accountSettings, id, termsOf, () => record);
    return asSetting(name, value, caller, principal);
  };

  return {
    async PutAccountSetting({ name, value, principalArn }, caller) {
      return { setting: await put(name, value, principalOf(principalArn, caller), caller) };
    },

    async PutAccountSettingDefault({ name, value }, caller) {
      return { setting: await put(name, value, ACCOUNT_DEFAULT, caller) };
    },

    async DeleteAccountSetting({ name, principalArn }, caller) {
      const principal = principalOf(principalArn, caller);
      await accountSettings.remove(settingId(caller, name, principal));
      return { setting: asSetting(name, await effectiveSetting(deps, caller, name), caller, principal) };
    },

    async ListAccountSettings({ name, value, principalArn, effectiveSettings, ...page }, caller) {
      const principal = principalOf(principalArn, caller);
      const names = name === undefined ? NAMES : [name];
      const settings = effectiveSettings
        ? await Promise.all(
            names.map(async (one) =>
              asSetting(one, await effectiveSetting(deps, { ...caller, principal }, one), caller, principal),
            ),
          )
        : await ownSettings(principal, names, caller);
      const { items, ...rest } = pageOf(
        "settings",
        settings.filter((setting) => value === undefined || setting.value === value),
        (setting) => setting.name ?? "",
        page,
        { limit: 10 },
      );
      return { settings: items, ...rest };
    },
  };

  async function ownSettings(principal: string, names: readonly SettingName[], caller: Caller): Promise<Setting[]> {
    const stored = await accountSettings.get(names.map((one) => settingId(caller, one, principal)));
    return stored.flatMap((one, index) => (one ? [asSetting(names[index]!, one.value.value, caller, principal)] : []));
  }
};
