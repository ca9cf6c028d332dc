import type { ContainerEngine } from "../../fleet/ports.ts";
import type { Ask } from "./ask.ts";
import { labelFilters } from "./labels.ts";

type VolumeVerbs = Pick<ContainerEngine, "ensureVolume" | "removeVolume" | "listVolumes">;

interface DockerVolume {
  readonly Name: string;
  readonly Labels: Readonly<Record<string, string>> | null;
}

/** The verbs about volumes. Docker's own create answers with the existing volume of that name; another driver's is refused. */
export const volumeVerbs = (ask: Ask): VolumeVerbs => ({
  async ensureVolume({ name, driver, options, labels }) {
    const body = { Name: name, Driver: driver ?? "local", DriverOpts: options, Labels: labels };
    await ask.answer({ method: "POST", path: "/volumes/create", body });
  },
  async removeVolume(name) {
    await ask.answer({ method: "DELETE", path: `/volumes/${encodeURIComponent(name)}`, fine: [404] });
  },
  async listVolumes(labels) {
    const query = { filters: labelFilters(labels) };
    const { Volumes } = await ask.answer<{ Volumes: DockerVolume[] | null }>({
      method: "GET",
      path: "/volumes",
      query,
    });
    return (Volumes ?? []).map(({ Name, Labels }) => ({ name: Name, labels: Labels ?? {} }));
  },
});
