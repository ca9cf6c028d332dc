import { capacityProviderArn } from "../../model/capacity-provider.ts";
import { clusterArn } from "../../model/identifiers.ts";
import { toldIn } from "../../model/service/events.ts";
import { serviceArn } from "../../model/service/names.ts";
import type { ServiceRecord } from "../../model/service/records.ts";
import { strategyOf } from "../../model/service/split.ts";
import { SERVICE_EVENTS, type ToldEvent } from "../../model/service/told-events.ts";
import { providersOf } from "../../model/start-on.ts";
import type { EcsDeps } from "../../ports.ts";
import { type EventBridgeEvent, wholeSeconds } from "../as-event.ts";

type Told = ReturnType<typeof toldIn>[number];

/** What EventBridge is told by a version of a service, in turn: the same events, ids and all, whenever it is asked. */
export const serviceEvents = async (
  { services }: Pick<EcsDeps, "services">,
  id: string,
  version: number,
): Promise<EventBridgeEvent[]> => {
  const [stored] = await services.get([id]);
  return stored ? toldIn(stored.value, version).map((event) => asEvent(stored.value, event)) : [];
};

const asEvent = (service: ServiceRecord, { id, at, told }: Told): EventBridgeEvent => {
  const { detailType, eventType } = SERVICE_EVENTS[told.name];
  return {
    version: "0",
    id,
    "detail-type": detailType,
    source: "aws.ecs",
    account: service.account,
    time: wholeSeconds(at),
    region: service.region,
    resources: [serviceArn(service)],
    detail: { eventType, eventName: told.name, ...DETAILS[detailType](service, told, new Date(at).toISOString()) },
  };
};

type Details = (service: ServiceRecord, told: ToldEvent, at: string) => Readonly<Record<string, unknown>>;

const DETAILS: Readonly<Record<EventBridgeEvent["detail-type"] & `ECS ${"Service" | "Deployment"}${string}`, Details>> =
  {
    "ECS Deployment State Change": (_, { deployment, reason }, updatedAt) => ({
      deploymentId: deployment,
      updatedAt,
      reason,
    }),
    "ECS Service Action": (service, told, createdAt) => ({
      clusterArn: clusterArn(service, service.cluster),
      ...(told.reason !== undefined && { reason: told.reason }),
      ...providersIn(service, told),
      createdAt,
    }),
  };

/** The providers of the strategy by which a deployment's tasks were to be placed. */
const providersIn = (service: ServiceRecord, { deployment: id }: ToldEvent) => {
  const deployment = service.deployments.find((one) => one.id === id);
  const strategy = deployment && strategyOf(service, deployment);
  return strategy && { capacityProviderArns: providersOf(strategy).map((name) => capacityProviderArn(service, name)) };
};
