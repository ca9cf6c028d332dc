import type { Attribute } from "@aws-sdk/client-ecs";
import { clusterId, type HostView } from "../../fleet/index.ts";
import type { Scope } from "../../kernel/scope.ts";
import { checkAttribute, isBuiltIn, MAX_ATTRIBUTES } from "../model/attributes.ts";
import {
  AttributeLimitExceededException,
  InvalidParameterException,
  TargetNotFoundException,
} from "../model/errors.ts";
import { containerInstanceArn } from "../model/identifiers.ts";
import { pageOf } from "../model/page.ts";
import type { ClusterRecord } from "../model/records.ts";
import type { EcsDeps, EcsOperations } from "../ports.ts";
import { asAttributes } from "./as-ecs-container-instance.ts";
import { findCluster } from "./find-cluster.ts";
import { findHosts } from "./find-hosts.ts";

/** Own attributes of container instances, which placement can ask for. */
export const attributeOperations = (
  deps: EcsDeps,
): EcsOperations<"PutAttributes" | "DeleteAttributes" | "ListAttributes"> => {
  const { fleet } = deps;

  return {
    async PutAttributes({ cluster: reference, attributes }, caller) {
      for (const attribute of checkSome(attributes)) checkAttribute(attribute);
      const cluster = await findCluster(deps, reference, caller);
      const targets = await targetsOf(attributes, cluster, caller);
      for (const { host, changes } of targets) {
        const own = Object.keys({ ...host.attributes, ...changes }).filter((name) => !isBuiltIn(name));
        if (own.length > MAX_ATTRIBUTES)
          throw new AttributeLimitExceededException(
            `A resource can have at most ${MAX_ATTRIBUTES} attributes of its own.`,
          );
      }
      for (const { host, changes } of targets) await fleet.setHostAttributes(host.id, changes);
      return { attributes: answered(attributes) };
    },

    async DeleteAttributes({ cluster: reference, attributes }, caller) {
      checkSome(attributes);
      const cluster = await findCluster(deps, reference, caller);
      for (const { host, changes } of await targetsOf(attributes, cluster, caller)) {
        const removed = Object.keys(changes).map((name) => [name, undefined] as const);
        await fleet.setHostAttributes(host.id, Object.fromEntries(removed));
      }
      return { attributes: answered(attributes) };
    },

    async ListAttributes({ cluster: reference, attributeName, attributeValue, ...page }, caller) {
      if (attributeValue !== undefined && attributeName === undefined)
        throw new InvalidParameterException("attributeName must be specified when attributeValue is.");
      const cluster = await findCluster(deps, reference, caller);
      const listed = (await fleet.hosts(clusterId(caller, cluster.name))).flatMap((host) =>
        asAttributes(host).map((attribute) => ({
          ...attribute,
          targetId: containerInstanceArn(caller, cluster.name, host.instanceId),
        })),
      );
      const matching = listed
        .filter(
          ({ name, value }) =>
            !attributeName || (name === attributeName && (!attributeValue || value === attributeValue)),
        )
        .sort((a, b) => byText(keyOf(a), keyOf(b)));
      const { items, ...rest } = pageOf("attributes", matching, keyOf, page, { compare: byText });
      return { attributes: items, ...rest };
    },
  };

  /** The hosts that attributes are for, each with its changes. Throws TargetNotFoundException, InvalidParameterException. */
  async function targetsOf(attributes: readonly Attribute[], cluster: ClusterRecord, scope: Scope): Promise<Target[]> {
    const texts = [...new Set(attributes.map(({ targetId = "" }) => targetId))];
    const found = await findHosts(fleet, cluster, scope, texts);
    return found.map(({ arn, host }, index) => {
      if (!host) throw new TargetNotFoundException(`The specified target was not found: ${arn}.`);
      const own = attributes.filter(({ targetId }) => targetId === texts[index]);
      return { host, changes: Object.fromEntries(own.map(({ name = "", value = "" }) => [name, value])) };
    });
  }
};

interface Target {
  readonly host: HostView;
  readonly changes: Readonly<Record<string, string>>;
}

const checkSome = (attributes: readonly Attribute[]): readonly Attribute[] => {
  if (attributes.length < 1 || attributes.length > MAX_ATTRIBUTES)
    throw new InvalidParameterException(`Between 1 and ${MAX_ATTRIBUTES} attributes can be given at once.`);
  for (const { name = "", targetId } of attributes) {
    if (!targetId) throw new InvalidParameterException(`Attribute ${name} has no targetId.`);
    // What the engine is cannot be changed by saying so: tasks would be placed where they cannot run.
    if (isBuiltIn(name))
      throw new InvalidParameterException(`Attribute ${name} is set by Berth and cannot be changed.`);
  }
  return attributes;
};

const answered = (attributes: readonly Attribute[]): Attribute[] =>
  attributes.map((attribute) => ({ targetType: "container-instance" as const, ...attribute }));

const keyOf = ({ targetId = "", name = "" }: Attribute): string => `${targetId} ${name}`;

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
