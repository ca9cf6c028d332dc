import { ApiError, NotBuiltError } from "../../kernel/errors.ts";
import type { Scope } from "../../kernel/scope.ts";
import { allParameters, findParameter } from "../find-parameters.ts";
import { checkLength, DecryptionFailure } from "../model/errors.ts";
import { selectVersion } from "../model/labels.ts";
import { fromOldFilters, readFilters } from "../model/parameter-filters.ts";
import { checkPath, isBelow } from "../model/parameter-name.ts";
import { parameterPage } from "../model/parameter-page.ts";
import type { SecretsDeps, SsmOperations } from "../ports.ts";
import { asHistory, asMetadata, asParameter } from "./as-parameter.ts";

type GetOperations = SsmOperations<
  "GetParameter" | "GetParameters" | "GetParametersByPath" | "GetParameterHistory" | "DescribeParameters"
>;

const MAX_NAMES = 10;
const MAX_BY_PATH = 10;
const MAX_LISTED = 50;

/** Parameters got, listed and described. */
export const getOperations = (deps: SecretsDeps): GetOperations => {
  const { vault } = deps;
  const get = async (text: string, withDecryption: boolean | undefined, scope: Scope) => {
    if (text.startsWith("/aws/reference/")) throw new NotBuiltError("A parameter that refers to another service");
    const { record, selector } = await findParameter(deps, text, scope);
    return asParameter(vault, record, selectVersion(record, selector), { withDecryption, selector });
  };

  return {
    GetParameter: async ({ Name, WithDecryption }, caller) => ({ Parameter: await get(Name, WithDecryption, caller) }),

    async GetParameters({ Names, WithDecryption }, caller) {
      checkLength("names", Names, MAX_NAMES);
      const asked = [...new Set(Names)];
      const found = await Promise.all(
        asked.map((name) =>
          get(name, WithDecryption, caller).catch((error: unknown) => {
            if (error instanceof ApiError && error.fault === "client" && !(error instanceof DecryptionFailure)) return;
            throw error;
          }),
        ),
      );
      const byName = (a: string | undefined, b: string | undefined) => ((a ?? "") < (b ?? "") ? -1 : 1);
      return {
        Parameters: found.filter((one) => one !== undefined).sort((a, b) => byName(a.Name, b.Name)),
        InvalidParameters: asked.filter((_, index) => found[index] === undefined),
      };
    },

    async GetParametersByPath(request, caller) {
      const { Path, Recursive = false, ParameterFilters = [], WithDecryption } = request;
      checkPath(Path);
      const fits = readFilters(ParameterFilters, "path");
      const label = ParameterFilters.find(({ Key }) => Key === "Label")?.Values ?? [];
      const below = (await allParameters(deps, caller)).filter(
        (record) => isBelow(record.name, Path, Recursive) && fits(record),
      );
      const { items, ...rest } = parameterPage(`path ${Path}`, below, ({ name }) => name, request, MAX_BY_PATH);
      return {
        Parameters: items.map((record) => {
          const selector = label.find((one) => record.versions.some(({ labels }) => labels.includes(one)));
          const version = selectVersion(record, selector);
          return asParameter(vault, record, version, { withDecryption: WithDecryption, selector });
        }),
        ...rest,
      };
    },

    async GetParameterHistory(request, caller) {
      const { record } = await findParameter(deps, request.Name, caller);
      const keyOf = ({ version }: { version: number }): string => String(version).padStart(10, "0");
      const { items, ...rest } = parameterPage(`history ${record.name}`, record.versions, keyOf, request, MAX_LISTED);
      return { Parameters: items.map((one) => asHistory(vault, record, one, request.WithDecryption)), ...rest };
    },

    async DescribeParameters(request, caller) {
      if (request.Shared) throw new NotBuiltError("'Shared', parameters of other accounts,");
      const fits = readFilters(
        [...(request.ParameterFilters ?? []), ...fromOldFilters(request.Filters ?? [])],
        "describe",
      );
      const found = (await allParameters(deps, caller)).filter(fits);
      const { items, ...rest } = parameterPage("parameters", found, ({ name }) => name, request, MAX_LISTED);
      return { Parameters: items.map(asMetadata), ...rest };
    },
  };
};
