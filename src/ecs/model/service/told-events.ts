/** How EventBridge is told of an event: as what, and how grave it is. */
export interface EventKind {
  readonly detailType: "ECS Service Action" | "ECS Deployment State Change";
  readonly eventType: "INFO" | "WARN" | "ERROR";
}

const action = (eventType: EventKind["eventType"]): EventKind => ({ detailType: "ECS Service Action", eventType });
const deployment = (eventType: EventKind["eventType"]): EventKind => ({
  detailType: "ECS Deployment State Change",
  eventType,
});

/** Events of services by AWS's names, of which there is more than a sentence. */
export const SERVICE_EVENTS = {
  SERVICE_STEADY_STATE: action("INFO"),
  TASKS_STOPPED: action("INFO"),
  SERVICE_TASK_START_IMPAIRED: action("WARN"),
  SERVICE_TASK_PLACEMENT_FAILURE: action("ERROR"),
  SERVICE_TASK_CONFIGURATION_FAILURE: action("ERROR"),
  SERVICE_DEPLOYMENT_IN_PROGRESS: deployment("INFO"),
  SERVICE_DEPLOYMENT_COMPLETED: deployment("INFO"),
  SERVICE_DEPLOYMENT_FAILED: deployment("ERROR"),
} as const satisfies Readonly<Record<string, EventKind>>;

/** What EventBridge is told by an event. */
export interface ToldEvent {
  readonly name: keyof typeof SERVICE_EVENTS;
  /** `ecs-svc/…`, where it is one's. */
  readonly deployment?: string;
  readonly reason?: string;
}
