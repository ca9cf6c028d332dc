import { changeRecord } from "../../kernel/change-record.ts";
import { checkLength } from "../model/errors.ts";
import { withLabels, withoutLabels } from "../model/labels.ts";
import {
  ParameterAlreadyExists,
  ParameterNotFound,
  TooManyTagsError,
  TooManyUpdates,
} from "../model/parameter-errors.ts";
import { checkPut, nextVersion, withVersion } from "../model/put-parameter.ts";
import { aboutParameter, type ParameterRecord, recordId, recordTerms } from "../model/records.ts";
import { readTags, withTags } from "../model/tags.ts";
import type { SecretsDeps, SsmOperations } from "../ports.ts";

type PutOperations = SsmOperations<
  "PutParameter" | "DeleteParameter" | "DeleteParameters" | "LabelParameterVersion" | "UnlabelParameterVersion"
>;

const MAX_NAMES = 10;

/** Parameters put, labelled and deleted. */
export const putOperations = ({ parameters, vault, clock }: SecretsDeps): PutOperations => ({
  async PutParameter(request, caller) {
    checkPut(request);
    const { account, region } = caller;
    const { Name: name, Value, Overwrite } = request;
    const tags = withTags({}, readTags(request.Tags), (words) => new TooManyTagsError(words));
    const put = (known?: ParameterRecord): ParameterRecord => {
      const next = nextVersion(known, request, { modifiedAt: clock.now(), modifiedBy: caller.principal });
      const sealed = vault.seal(Buffer.from(Value), aboutParameter(caller, name, next.version));
      const versions = withVersion(name, known?.versions ?? [], { ...next, sealed });
      return { ...(known ?? { account, region, name, tags }), versions };
    };
    const id = recordId(caller, name);
    const changed = Overwrite ? await changeRecord(parameters, id, recordTerms, put) : undefined;
    const record = changed ?? (await parameters.create(id, put(), recordTerms(caller)))?.value;
    if (!record) throw Overwrite ? new TooManyUpdates() : new ParameterAlreadyExists();
    const { version, tier } = record.versions.at(-1)!;
    return { Version: version, Tier: tier };
  },

  async DeleteParameter({ Name }, caller) {
    if (await parameters.remove(recordId(caller, Name))) return {};
    throw new ParameterNotFound(`Parameter ${Name} not found.`);
  },

  async DeleteParameters({ Names }, caller) {
    checkLength("names", Names, MAX_NAMES);
    const deleted: string[] = [];
    for (const name of Names) if (await parameters.remove(recordId(caller, name))) deleted.push(name);
    return { DeletedParameters: deleted, InvalidParameters: Names.filter((name) => !deleted.includes(name)) };
  },

  async LabelParameterVersion({ Name, ParameterVersion, Labels }, caller) {
    checkLength("labels", Labels, MAX_NAMES);
    let done: ReturnType<typeof withLabels> | undefined;
    await changeRecord(parameters, recordId(caller, Name), recordTerms, (record) => {
      done = withLabels(record, ParameterVersion, Labels);
      return done.record;
    });
    if (!done) throw new ParameterNotFound(`Parameter ${Name} not found.`);
    return { InvalidLabels: [...done.invalid], ParameterVersion: done.version };
  },

  async UnlabelParameterVersion({ Name, ParameterVersion, Labels }, caller) {
    checkLength("labels", Labels, MAX_NAMES);
    let invalid: readonly string[] | undefined;
    await changeRecord(parameters, recordId(caller, Name), recordTerms, (record) => {
      const done = withoutLabels(record, ParameterVersion, Labels);
      invalid = done.invalid;
      return done.record;
    });
    if (!invalid) throw new ParameterNotFound(`Parameter ${Name} not found.`);
    const missing = new Set(invalid);
    return { RemovedLabels: Labels.filter((label) => !missing.has(label)), InvalidLabels: [...missing] };
  },
});
