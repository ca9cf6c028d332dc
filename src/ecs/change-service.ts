import { changeRecord } from "../kernel/change-record.ts";
import type { RecordStore } from "../kernel/records.ts";
import { marked } from "./model/service/events.ts";
import type { ServiceRecord } from "./model/service/records.ts";
import { serviceTerms } from "./model/store-keys.ts";

/** Changes a service as changeRecord does, and marks what it says by then with the version that says it first. */
export const changeService = (
  services: RecordStore<ServiceRecord>,
  id: string,
  decide: (service: ServiceRecord) => ServiceRecord,
): Promise<ServiceRecord | undefined> =>
  changeRecord(services, id, serviceTerms, (now, version) => {
    const next = decide(now);
    return next === now ? now : marked(next, version);
  });
