import type { ContainerInspectInfo } from "dockerode";
import type { ObservedContainer, ObservedMount } from "../../fleet/model/container-plan.ts";
import type { ContainerId } from "../../fleet/model/ids.ts";
import type { PortBinding } from "../../fleet/model/ports.ts";
import type { Protocol } from "../../fleet/model/task-spec.ts";

type State = ContainerInspectInfo["State"];

/** Docker counts failures up to the check's retries, three unless told. */
const DEFAULT_RETRIES = 3;

const HEALTH: Readonly<Record<string, NonNullable<ObservedContainer["health"]>>> = {
  healthy: "HEALTHY",
  unhealthy: "UNHEALTHY",
  starting: "UNKNOWN",
};

/** Docker's zero time, `0001-01-01T00:00:00Z`, stands for never. */
const time = (text: string): number | undefined => {
  const at = Date.parse(text);
  return at > 0 ? at : undefined;
};

const bindings = (ports: ContainerInspectInfo["NetworkSettings"]["Ports"] | null): PortBinding[] =>
  Object.entries(ports ?? {}).flatMap(([name, places]) => {
    const [port = "", protocol = "tcp"] = name.split("/");
    // A port that is exposed but not published has null here.
    return (places ?? []).map(({ HostIp, HostPort }) => ({
      bindIp: HostIp,
      containerPort: Number(port),
      hostPort: Number(HostPort),
      protocol: protocol as Protocol,
    }));
  });

const hasEnded = ({ Status }: State): boolean => Status === "exited" || Status === "dead";

/**
 * When the last run ended; a container that runs again still bears the end of the one before, so only an ended one is asked.
 * Docker stamps a start when it hears of it: a program that is done at once ends a few milliseconds before it began.
 */
const endOf = ({ StartedAt, FinishedAt }: State): number | undefined => {
  const finished = time(FinishedAt);
  return finished === undefined ? undefined : Math.max(finished, time(StartedAt) ?? 0);
};

/**
 * A running container's health, where a check decided it. Docker calls every container unhealthy that it does not check any more (one that
 * ended, is paused, or went on just now), though no check failed as often as it takes.
 */
const healthOf = ({ State: state, Config: config }: ContainerInspectInfo): ObservedContainer["health"] => {
  if (state.Status !== "running" || !state.Health) return undefined;
  const { Status: status, FailingStreak: failures } = state.Health;
  const isDecided = status !== "unhealthy" || failures >= (config.Healthcheck?.Retries || DEFAULT_RETRIES);
  return isDecided ? HEALTH[status] : undefined;
};

const present = <Value, Name extends string>(name: Name, value: Value | undefined) =>
  (value === undefined ? {} : { [name]: value }) as { [Key in Name]?: Value };

/** A container here is on one network at most. */
const addressOf = ({ NetworkSettings }: ContainerInspectInfo): string | undefined =>
  Object.values(NetworkSettings?.Networks ?? {})[0]?.IPAddress || undefined;

const mountsOf = ({
  Mounts: mounts = [],
}: Partial<Pick<ContainerInspectInfo, "Mounts">>): ObservedMount[] | undefined =>
  mounts.length === 0
    ? undefined
    : mounts.map(({ Name, Source, Destination }) => ({
        ...present("volume", Name || undefined),
        ...present("source", Source || undefined),
        destination: Destination,
      }));

/** Docker's inspection in our words. */
export const observedContainer = (seen: ContainerInspectInfo): ObservedContainer => ({
  id: seen.Id as ContainerId,
  name: seen.Name.replace(/^\//, ""),
  labels: seen.Config.Labels ?? {},
  state: seen.State.Status as ObservedContainer["state"],
  ...present("exitCode", hasEnded(seen.State) ? seen.State.ExitCode : undefined),
  oomKilled: seen.State.OOMKilled,
  ...present("error", seen.State.Error || undefined),
  ...present("pid", seen.State.Pid || undefined),
  ...present("imageDigest", seen.Image || undefined),
  ...present("cgroupParent", seen.HostConfig?.CgroupParent || undefined),
  bindings: bindings(seen.NetworkSettings?.Ports),
  ...present("address", addressOf(seen)),
  ...present("mounts", mountsOf(seen)),
  ...present("health", healthOf(seen)),
  ...present("healthCheckedAt", time(seen.State.Health?.Log?.at(-1)?.End ?? "")),
  createdAt: time(seen.Created) ?? 0,
  ...present("startedAt", time(seen.State.StartedAt)),
  ...present("finishedAt", hasEnded(seen.State) ? endOf(seen.State) : undefined),
});
