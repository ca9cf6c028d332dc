import type { ContainerDefinition, RegisterTaskDefinitionRequest, RunTaskRequest } from "@aws-sdk/client-ecs";
import type { HostId } from "../../src/fleet/model/ids.ts";
import { sharedVolumeName } from "../../src/fleet/model/names.ts";
import type { TestBerth } from "./berth.ts";
import { script } from "./tasks.ts";
import { volumeFile } from "./volume-file.ts";

const VOLUME = "tally";

/** What tells how often a program ran: each run writes its `$NAME` as a line to a volume of its host, before all else. */
export const tallied = (then: string, more: Partial<ContainerDefinition> = {}): ContainerDefinition =>
  script(`echo $NAME >> /tally/lines; ${then}`, {
    mountPoints: [{ sourceVolume: VOLUME, containerPath: "/tally" }],
    ...more,
  });

export const TALLY: Partial<RegisterTaskDefinitionRequest> = {
  volumes: [{ name: VOLUME, dockerVolumeConfiguration: { scope: "shared", autoprovision: true } }],
};

/** Overrides that give a run its name. */
export const named = (name: string, container = "main"): Pick<RunTaskRequest, "overrides"> => ({
  overrides: { containerOverrides: [{ name: container, environment: [{ name: "NAME", value: name }] }] },
});

/** The lines of all hosts, sorted. */
export const tallyOf = async ({ engine, installation, api }: TestBerth): Promise<string[]> => {
  const hosts = await api<{ id: HostId }[]>("/hosts");
  const texts = await Promise.all(
    hosts.map(({ id }) => volumeFile(engine.docker, sharedVolumeName(installation, id, VOLUME), "lines")),
  );
  return texts
    .flatMap((text) => text.split("\n"))
    .filter((line) => line !== "")
    .sort();
};
