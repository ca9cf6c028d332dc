import type { PlacementAnswer } from "../answers.ts";
import { counted, listed, shortId } from "../views/words.ts";
import type { LabStep } from "./lab.ts";
import type { LabSight, LabTask } from "./look.ts";
import { ofFamily } from "./task-checks.ts";

type Check = LabStep<LabSight>["missing"];

const hostOf = ({ placement }: LabTask): string | undefined => placement?.explanation.chosen;

const byRequest = (tasks: readonly LabTask[]): LabTask[][] => {
  const groups = new Map<string, LabTask[]>();
  for (const task of tasks) {
    const request = task.placement?.requestId;
    if (request !== undefined) groups.set(request, [...(groups.get(request) ?? []), task]);
  }
  return [...groups.values()];
};

const hasRunWell = ({ status, exitCode }: LabTask): boolean => status === "STOPPED" && exitCode === 0;

/** One request placed so many tasks, each on a host of its own, by spreading over instances; all ended with 0. */
export const spreadOverHosts =
  (family: string, count: number): Check =>
  ({ tasks }) => {
    const requests = byRequest(ofFamily(tasks, family)).filter((group) => group.length >= count);
    if (requests.length === 0) return `no request has placed ${counted(count, "task")} of ${family} in the last hour`;
    const isSpread = ([first]: readonly LabTask[]): boolean =>
      (first?.placement?.strategies ?? []).some(
        ({ type, field }) => type === "spread" && /^(instanceId|host)$/.test(field ?? ""),
      );
    const spread = requests.filter(isSpread);
    if (spread.length === 0) return "the request gave no placement strategy spread over instanceId";
    const apart = spread.filter((group) => new Set(group.map(hostOf)).size >= count);
    if (apart.length === 0) {
      const hosts = [...new Set(spread.at(-1)!.map(hostOf))].filter((host) => host !== undefined);
      return `its tasks went to ${listed(hosts)}: is there room on ${count} hosts? See berth hosts`;
    }
    if (apart.some((group) => group.every(hasRunWell))) return undefined;
    const odd = apart.at(-1)!.find((task) => !hasRunWell(task))!;
    return odd.status === "STOPPED"
      ? `task ${shortId(odd.id)} ended with ${odd.exitCode ?? "no exit code"}, not 0`
      : `task ${shortId(odd.id)} is ${odd.status}: wait for it to end`;
  };

const lacksMemoryNow = (record: PlacementAnswer): boolean =>
  record.explanation.hosts.every(({ lacks }) =>
    lacks.some(({ reason, never }) => reason === "RESOURCE:MEMORY" && !never),
  );

/** The last refusal is of that family, because no host had memory left that could have held it. */
export const wasRefusedForNow =
  (family: string, hosts: number): Check =>
  ({ refusals }) => {
    const [record] = refusals;
    if (!record) return "no placement was refused in the last hour";
    if (record.group !== `family:${family}`)
      return `the last refusal is of ${record.group}, not of family:${family}; run it again, or name the request with --request`;
    if (record.explanation.hosts.length < hosts)
      return `only ${counted(record.explanation.hosts.length, "host")} were considered`;
    return lacksMemoryNow(record)
      ? undefined
      : "it was refused for another reason than memory that is taken: read berth why";
  };

/** What the record says where nobody gave a reason: to the operation, and to `berth stop`. */
const GIVEN_FOR_YOU: ReadonlySet<string> = new Set(["Task stopped by user", "Stopped by berth stop"]);

/** A task that ran was stopped on request, with a reason, and its exit code is known. */
export const stoppedByUser =
  (family: string): Check =>
  ({ tasks }) => {
    const asked = ofFamily(tasks, family).filter(({ stopCode }) => stopCode === "UserInitiated");
    if (asked.length === 0) return `no task of ${family} was stopped by you`;
    const stopped = asked.filter(({ status, exitCode }) => status === "STOPPED" && exitCode !== undefined);
    if (stopped.length === 0) return `task ${shortId(asked[0]!.id)} is still stopping, or had not started yet`;
    const isOwnReason = ({ stoppedReason = "" }: LabTask): boolean =>
      stoppedReason.trim() !== "" && !GIVEN_FOR_YOU.has(stoppedReason);
    return stopped.some(isOwnReason) ? undefined : "it was stopped without a reason: give one with --reason";
  };
