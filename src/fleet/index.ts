/** All that a wing sees of the fleet. */
export { CannotAddSliceError } from "./control/slices.ts";
export type { ClaimedAnswer, ClaimedTask, Fleet, PlacementAnswer, SliceRequest, TaskStop } from "./fleet.ts";
export { type LaunchLookups, ResourceInitializationError } from "./launch-lookups.ts";
export { zoneOf } from "./model/cluster-view.ts";
export type { LogLine, ObservedMount } from "./model/container-plan.ts";
export { findCycle } from "./model/dependencies.ts";
export type { RunningExec, TerminalSize } from "./model/exec.ts";
export { failuresOf, type PlacementFailure, summarise } from "./model/failures.ts";
export type { Host, HostHealth, HostLedger, HostState, HostView } from "./model/host.ts";
export type { ClusterId, HostId, TaskId } from "./model/ids.ts";
export { clusterId, clusterParts, FARGATE, NO_HOST } from "./model/ids.ts";
export { isInternal } from "./model/pause.ts";
export type {
  HostVerdict,
  Lack,
  PlacementCause,
  PlacementConstraint,
  PlacementExplanation,
  PlacementRecord,
  PlacementRequest,
  PlacementStrategy,
} from "./model/placement.ts";
export { parsePortRange, unfoldPortRange } from "./model/port-range.ts";
export type { PortBinding, PortClaim } from "./model/ports.ts";
export { matchesQuery } from "./model/query/evaluate.ts";
export { type ParsedQuery, parseQuery } from "./model/query/parse.ts";
export { matchesRegex } from "./model/query/regex-match.ts";
export { parseRegex, RegexSyntaxError } from "./model/query/regex-parse.ts";
export { reservationOf } from "./model/reservation.ts";
export type { Resources } from "./model/resources.ts";
export { macAddressOf } from "./model/subnet.ts";
export type {
  ContainerState,
  DesiredStatus,
  ObservedTask,
  StopCode,
  StopRequest,
  Task,
  TaskNetwork,
  TaskStatus,
} from "./model/task.ts";
export type * from "./model/task-spec.ts";
export {
  EngineError,
  EngineUnreachableError,
  OutputRefusedError,
  type OutputStreams,
  type StartingContainer,
} from "./ports.ts";
