import type * as logs from "@aws-sdk/client-cloudwatch-logs";
import type { Fleet } from "../fleet/index.ts";
import type { Clock } from "../kernel/clock.ts";
import type { OperationName, Operations } from "../kernel/operation.ts";
import type { Random } from "../kernel/random.ts";
import type { RecordStore } from "../kernel/records.ts";
import type { Direction, Position } from "./model/position.ts";
import type { LogGroupRecord, LogStreamRecord, OutputSource } from "./model/records.ts";

export type { LogGroupRecord, LogStreamRecord } from "./model/records.ts";

/** An event as it was put or printed. Times are milliseconds since 1970. */
export interface StoredEvent {
  readonly timestamp: number;
  /** Of what a container printed this is Docker's stamp too: it took the line at that moment. */
  readonly ingestedAt: number;
  readonly message: string;
}

/** Where a stream's events are. */
export interface StreamFiles {
  readonly key: string;
  readonly source?: OutputSource;
}

/** An event and where it stands: behind it at `end` of its run, before it at `begin`. */
export interface PlacedEvent extends StoredEvent {
  readonly run: string;
  readonly begin: number;
  readonly end: number;
  /** Index of its stream among those asked for. */
  readonly stream: number;
}

export interface EventQuery {
  readonly direction: Direction;
  /** Where to go on; without it from the beginning or the end of the time asked for. */
  readonly position?: Position;
  /** Inclusive. */
  readonly from: number;
  /** Exclusive. */
  readonly before: number;
}

/** Events being read. */
export interface Reading {
  /** Where reading begins: with it, what is read now is what is read later in the other direction. */
  readonly start: Position;
  /** The streams' events together by their times, many at a time: the earliest first, backward the latest first. */
  readonly events: AsyncIterable<readonly PlacedEvent[]>;
}

/** Events of streams, in files: those put to a stream itself, and what its container printed, where the fleet keeps that. */
export interface EventStore {
  /** Resolves when the events, which are in their order, would survive a crash. Throws what writing throws. */
  append(stream: string, events: readonly StoredEvent[]): Promise<void>;
  read(streams: readonly StreamFiles[], query: EventQuery): Promise<Reading>;
  /** Times of the first and last event, and of the last one's arrival; `undefined` of a stream without any. */
  bounds(
    stream: StreamFiles,
  ): Promise<{ readonly first: number; readonly last: number; readonly lastIngestedAt: number } | undefined>;
  /** Removes the stream's own events that are older, a file at a time. */
  expire(stream: string, before: number): Promise<void>;
  /** Removes the stream's own events. */
  remove(stream: string): Promise<void>;
  /** Keys of streams that have events of their own. */
  keys(): Promise<string[]>;
  /** Removes what a task printed. */
  removeTask(task: string): Promise<void>;
}

/** All that the wing needs of the outside. */
export interface LogsDeps {
  readonly logGroups: RecordStore<LogGroupRecord>;
  readonly logStreams: RecordStore<LogStreamRecord>;
  readonly events: EventStore;
  readonly fleet: Pick<Fleet, "tasks">;
  readonly clock: Clock;
  readonly random: Random;
}

/** Handlers of CloudWatch Logs' operations, typed by the SDK. */
export type LogsOperations<Names extends OperationName<typeof logs>> = Operations<typeof logs, Names>;
