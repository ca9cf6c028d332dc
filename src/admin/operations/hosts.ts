import { Type } from "typebox";
import { clusterId, type Fleet, type HostId, type HostState } from "../../fleet/index.ts";
import { type OwnOperation, ownOperation } from "../../kernel/own-operation.ts";
import { ConflictException, InvalidParameterException, ResourceNotFoundException } from "../model/errors.ts";
import type { AdminDeps } from "../ports.ts";
import { hostParams, hostView } from "./schemas.ts";

const addHostBody = Type.Object(
  {
    // The id stands in names of cgroups and containers.
    id: Type.Optional(Type.String({ pattern: "^[a-z0-9][a-z0-9-]{0,62}$", description: "Chosen where absent" })),
    cluster: Type.Optional(Type.String({ minLength: 1, description: "A cluster's name, `default` where absent" })),
    cpu: Type.Integer({ minimum: 1, description: "CPU units: 1024 are one core" }),
    memory: Type.Integer({ minimum: 6, description: "MiB" }),
    attributes: Type.Optional(Type.Record(Type.String(), Type.String())),
    tags: Type.Optional(Type.Record(Type.String(), Type.String())),
    besides: Type.Optional(Type.String({ description: "The host whose engine it shares; the first one where absent" })),
  },
  { additionalProperties: false },
);

/** The pool, seen and changed at run time. */
export const hostOperations = ({ fleet }: Pick<AdminDeps, "fleet">): OwnOperation[] => [
  ownOperation({
    name: "ListHosts",
    summary: "All hosts with their accounts: free resources, held ports, tasks",
    method: "GET",
    path: "/hosts",
    answer: "json",
    status: 200,
    output: Type.Array(hostView),
    handle: () => fleet.hosts(),
  }),
  ownOperation({
    name: "AddHost",
    summary: "Makes a host: a slice of an engine that the installation uses already",
    method: "POST",
    path: "/hosts",
    body: addHostBody,
    answer: "json",
    status: 201,
    output: hostView,
    async handle({ body, caller }) {
      const known = new Set<string>((await fleet.hosts()).map((host) => host.id));
      if (body.id !== undefined && known.has(body.id))
        throw new ConflictException(`There is a host ${body.id} already.`);
      if (body.besides !== undefined && !known.has(body.besides)) {
        throw new InvalidParameterException(`besides names no host: ${body.besides}. Hosts: ${[...known].join(", ")}.`);
      }
      return fleet.addSlice({
        cluster: clusterId(caller, body.cluster ?? "default"),
        resources: { cpuUnits: body.cpu, memoryMiB: body.memory },
        attributes: body.attributes ?? {},
        tags: body.tags ?? {},
        ...(body.id !== undefined && { id: body.id as HostId }),
        ...(body.besides !== undefined && { besides: body.besides as HostId }),
      });
    },
  }),
  ownOperation({
    name: "RemoveHost",
    summary: "Takes a host out of the pool; with force its tasks are stopped",
    method: "DELETE",
    path: "/hosts/{id}",
    params: hostParams,
    query: Type.Object({ force: Type.Optional(Type.Boolean()) }, { additionalProperties: false }),
    answer: "json",
    status: 204,
    async handle({ params, query }) {
      const host = (await fleet.hosts()).find(({ id }) => id === params.id);
      if (!host) throw new ResourceNotFoundException("host", params.id);
      if (await fleet.removeHost(host.id, query.force ?? false)) return;
      const held = host.ledger.runningTasks + host.ledger.pendingTasks;
      throw new ConflictException(
        `Host ${host.id} still holds ${held} tasks. Drain it and wait, or ask with force=true to stop them.`,
      );
    },
  }),
  changeState(fleet, "DrainHost", "drain", "DRAINING", "Lets a host take no new task; those it has go on"),
  changeState(fleet, "ActivateHost", "activate", "ACTIVE", "Lets a host take tasks again"),
];

const changeState = (fleet: Fleet, name: string, verb: string, state: HostState, summary: string): OwnOperation =>
  ownOperation({
    name,
    summary,
    method: "POST",
    path: `/hosts/{id}/${verb}`,
    params: hostParams,
    answer: "json",
    status: 200,
    output: hostView,
    async handle({ params }) {
      const host = await fleet.setHostState(params.id as HostId, state);
      if (!host) throw new ResourceNotFoundException("host", params.id);
      return host;
    },
  });
