import { fingerprintOf } from "../../../kernel/fingerprint.ts";
import type { Caller } from "../../../kernel/operation.ts";
import { changeService } from "../../change-service.ts";
import { InvalidParameterException, ServiceNotActiveException, ServiceNotFoundException } from "../../model/errors.ts";
import { requestDeletion } from "../../model/service/deployments.ts";
import { marked } from "../../model/service/events.ts";
import {
  type Asking,
  changedService,
  currentRevision,
  isSameRevision,
  makeService,
  rolledTo,
} from "../../model/service/make-service.ts";
import type { ServiceRecord } from "../../model/service/records.ts";
import { checkScheduling } from "../../model/service/runs-on.ts";
import { serviceId, serviceTerms } from "../../model/store-keys.ts";
import type { EcsDeps, EcsOperations } from "../../ports.ts";
import { findCluster } from "../find-cluster.ts";
import { asEcsService } from "./as-ecs-service.ts";
import { findService, lookUpServices } from "./find-service.ts";
import { revisionOf } from "./revision-of.ts";
import { tasksOfService } from "./tasks-of-service.ts";

/** Services made, changed and deleted: what is wanted is written down, and the keeper makes it so. */
export const serviceOperations = (
  deps: EcsDeps,
): EcsOperations<"CreateService" | "UpdateService" | "DeleteService"> => {
  const { services, clock, fleet } = deps;
  const asking = ({ requestId, principal }: Caller): Asking => ({ requestId, principal, now: clock.now() });
  const answer = async (service: ServiceRecord) => ({
    service: asEcsService(service, await tasksOfService(fleet, service), ["TAGS"]),
  });

  return {
    async CreateService(request, caller) {
      const cluster = await findCluster(deps, request.cluster, caller);
      const revision = await revisionOf(deps, request, cluster, caller);
      const fresh = makeService(request, cluster, revision, asking(caller));
      checkScheduling(fresh);
      const id = serviceId(cluster, cluster.name, fresh.name);
      const created = await services.create(id, marked(fresh, 1), serviceTerms(fresh));
      if (created) return answer(created.value);
      // An INACTIVE one's name is free.
      let isFree = false;
      const known = await changeService(services, id, (now) => {
        isFree = now.status === "INACTIVE";
        return isFree ? fresh : now;
      });
      if (!known) throw new ServiceNotFoundException();
      if (!isFree) refuseAgain(known, request);
      return answer(known);
    },

    async UpdateService(request, caller) {
      const cluster = await findCluster(deps, request.cluster, caller);
      const by = asking(caller);
      for (;;) {
        const [found] = await lookUpServices(deps, cluster, [request.service ?? ""], caller);
        if (!found) throw new ServiceNotFoundException();
        refuseInactive(found.value);
        const before = currentRevision(found.value);
        const revision = await revisionOf(deps, request, cluster, caller, before);
        const isNew = request.forceNewDeployment || !before || !isSameRevision(before, revision);
        let isOutdated = false;
        const updated = await changeService(services, found.id, (now) => {
          refuseInactive(now);
          // It rolls to something else meanwhile: what is not asked for here must not undo that.
          isOutdated = currentRevision(now)?.id !== before?.id;
          if (isOutdated) return now;
          const changed = changedService(now, request);
          const next = isNew ? rolledTo(changed, revision, by) : changed;
          checkScheduling(next);
          return next;
        });
        if (!updated) throw new ServiceNotFoundException();
        if (!isOutdated) return answer(updated);
      }
    },

    async DeleteService({ cluster: reference, service: text = "", force = false }, caller) {
      const cluster = await findCluster(deps, reference, caller);
      const { id } = await findService(deps, cluster, text, caller);
      const deleted = await changeService(services, id, (now) => {
        if (!force && now.schedulingStrategy === "REPLICA" && now.status === "ACTIVE" && now.desiredCount > 0)
          throw new InvalidParameterException("The service cannot be stopped while it is scaled above 0.");
        return requestDeletion(now);
      });
      if (!deleted) throw new ServiceNotFoundException();
      return answer(deleted);
    },
  };
};

const refuseInactive = ({ status }: ServiceRecord): void => {
  if (status !== "ACTIVE") throw new ServiceNotActiveException();
};

/** A service of that name is there: the same one if the same request made it. Throws InvalidParameterException. */
const refuseAgain = (known: ServiceRecord, request: { readonly clientToken?: string | undefined }): void => {
  const { creation, status } = known;
  const isSame = creation?.clientToken === request.clientToken && creation?.fingerprint === fingerprintOf(request);
  if (creation && isSame) return;
  throw new InvalidParameterException(
    status === "DRAINING"
      ? "Unable to Start a service that is still Draining."
      : "Creation of service was not idempotent.",
  );
};
