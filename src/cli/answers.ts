// What /api answers, as far as the commands read it. The server's own types are not imported: the command speaks to Berth over HTTP only.

/** A host as `GET /api/hosts` tells of it. */
export interface HostAnswer {
  readonly id: string;
  readonly instanceId: string;
  /** `000000000000/us-east-1/default`. */
  readonly cluster: string;
  readonly engine: { readonly docker: string };
  readonly declared: { readonly cpuUnits: number; readonly memoryMiB: number };
  readonly publishAddress: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly state: string;
  readonly health: string;
  readonly source: string;
  readonly ledger: {
    readonly free: { readonly cpuUnits: number; readonly memoryMiB: number };
    readonly ports: Readonly<Record<string, string>>;
    readonly runningTasks: number;
    readonly pendingTasks: number;
  };
}

/** What an engine gives Fargate: `GET /api/fargate/capacity`. */
export interface FargateAnswer {
  readonly engine: string;
  readonly state: string;
  readonly health: string;
  readonly total: HostAnswer["declared"];
  readonly used: HostAnswer["declared"];
  readonly free: HostAnswer["declared"];
  readonly runningTasks: number;
  readonly pendingTasks: number;
}

/** What running tasks have used, as `/api/use` tells it. */
export interface UseAnswer {
  readonly at: number;
  readonly tasks: readonly {
    readonly task: string;
    readonly host: string;
    readonly limits: { readonly cpuUnits?: number; readonly memoryMiB?: number };
    readonly containers: readonly {
      readonly name: string;
      readonly cpuNanos: number;
      readonly memoryBytes: number;
      readonly memoryLimitBytes: number;
    }[];
  }[];
}

/** What one host lacked for a task. */
export interface LackAnswer {
  readonly reason: string;
  readonly detail: string;
  readonly never?: boolean;
}

/** One host as it was considered for a task. */
export interface VerdictAnswer {
  readonly host: string;
  readonly lacks: readonly LackAnswer[];
  readonly rank?: number;
  readonly scores: readonly string[];
}

/** Why a task went where it went, or nowhere: `GET /api/tasks/{id}/placement`, `GET /api/placements/refusals`. */
export interface PlacementAnswer {
  readonly requestId: string;
  readonly taskId?: string;
  readonly cluster: string;
  readonly group: string;
  readonly at: number;
  readonly needed: { readonly cpuUnits: number; readonly memoryMiB: number; readonly ports: readonly string[] };
  readonly constraints: readonly { readonly type: string; readonly expression?: string }[];
  readonly strategies: readonly { readonly type: string; readonly field?: string }[];
  readonly notes?: readonly string[];
  readonly explanation: {
    readonly chosen?: string;
    /** Of a task that waits for a host: so many came before it. */
    readonly ahead?: number;
    /** Of a job's task, which Batch's dispatcher placed: `hosts` tells only the chosen one of these. */
    readonly among?: { readonly hosts: number; readonly withRoom: number };
    readonly hosts: readonly VerdictAnswer[];
  };
  /** Of a task that has a container. */
  readonly limitsHeldBy?: "task-cgroup" | "containers";
}

/** `POST /api/tasks/{id}/spot-interruption`. */
export interface SpotInterruptionAnswer {
  readonly taskArn: string;
  readonly noticeSeconds: number;
}

/** What tasks on Fargate have cost: `GET /api/fargate/charges`. */
export interface ChargesAnswer {
  /** Whose prices they are. */
  readonly prices: string;
  readonly tasks: readonly { readonly taskArn: string; readonly seconds: number; readonly dollars: number }[];
}

/** One line of a container's output. */
export interface LogAnswer {
  readonly container: string;
  readonly stream: "stdout" | "stderr";
  readonly at: string;
  readonly text: string;
  readonly partial?: boolean;
}

/** One line of a job's output: `GET /api/batch/jobs/{id}/logs`. */
export interface JobLogAnswer {
  /** From 1. */
  readonly attempt: number;
  readonly stream: "stdout" | "stderr";
  readonly at: string;
  readonly text: string;
  readonly partial?: boolean;
}

/** What a service waits for. Times are milliseconds since 1970. */
export interface ServiceWhyAnswer {
  readonly service: string;
  readonly deployments: readonly {
    readonly deployment: string;
    readonly failedTasks: number;
    readonly givesUpAfter?: number;
    readonly failedStarts: number;
    readonly nextStartAt?: number;
    readonly unplaced?: { readonly reason: string; readonly since: number };
    readonly waiting?: {
      readonly tasks: number;
      readonly since: number;
      readonly ahead: number;
      readonly reason: string;
    };
  }[];
  readonly protectedTasks: number;
  readonly protectedUntil?: number;
}

/** Why a job is in the state it is in: `GET /api/batch/jobs/{id}/placement`. Times are milliseconds since 1970. */
export interface JobWhyAnswer {
  readonly jobId: string;
  readonly jobName: string;
  readonly jobQueue: string;
  readonly status: string;
  readonly statusReason?: string;
  readonly createdAt: number;
  readonly startedAt?: number;
  readonly stoppedAt?: number;
  /** Of a RUNNABLE one. */
  readonly waiting?: { readonly code: string; readonly text: string; readonly since: number };
  /** From 1; absent behind the first thousand. */
  readonly position?: number;
  readonly dependencies: readonly { readonly jobId?: string; readonly type: string; readonly status?: string }[];
  readonly attempts: readonly JobAttemptAnswer[];
}

/** One attempt of a job. */
export interface JobAttemptAnswer {
  readonly attempt: number;
  readonly taskId: string;
  readonly host: string;
  readonly startedAt?: number;
  readonly stoppedAt?: number;
  readonly exitCode?: number;
  readonly reason?: string;
  readonly statusReason?: string;
}

/** A schedule that submits jobs: `GET /api/batch/cron`. Times are milliseconds since 1970. */
export interface CronAnswer {
  readonly name: string;
  readonly expression: string;
  readonly timeZone?: string;
  readonly job: { readonly jobName: string; readonly jobQueue: string; readonly jobDefinition: string };
  readonly createdAt: number;
  readonly nextDue?: number;
  /** What came of it when it was due last. */
  readonly last?: { readonly due: number; readonly jobId?: string; readonly error?: string };
}

/** A package installed in an image: `GET /api/ecr/repositories/{name}/images/{image}/packages`. */
export interface PackageAnswer {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
}

/** What a lifecycle policy makes of one image: `GET` (nothing goes) and `POST /api/ecr/repositories/{name}/lifecycle-run`. */
export interface LifecycleAnswer {
  readonly imageDigest: string;
  readonly imageTags: readonly string[];
  /** Milliseconds since 1970. */
  readonly imagePushedAt: number;
  readonly expired: boolean;
  /** The rule that took or kept it. */
  readonly rulePriority?: number;
  readonly reason: string;
}
