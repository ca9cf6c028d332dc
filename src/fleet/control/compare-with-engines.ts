import { type EngineDifference, engineDifferences } from "../model/engine-differences.ts";
import { LABEL } from "../model/names.ts";
import type { FleetDeps } from "./deps.ts";

/** Compares what is on record with what the engines of connected hosts show. Mends nothing. */
export const compareWithEngines = async ({
  hosts,
  tasks,
  engines,
  policy,
}: Pick<FleetDeps, "hosts" | "tasks" | "engines" | "policy">): Promise<EngineDifference[]> => {
  const connected = (await hosts.list()).filter(({ health }) => health === "CONNECTED");
  const compared = await Promise.all(
    connected.map(async (host) => {
      const ours = { [LABEL.installation]: policy.installation, [LABEL.host]: host.id };
      const containers = await engines.at(host.engine).list(ours);
      const onRecord = (await tasks.get(await tasks.onHost(host.id))).flatMap((task) => task ?? []);
      return engineDifferences(host.id, containers, onRecord);
    }),
  );
  return compared.flat();
};
