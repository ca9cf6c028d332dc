import type { SaidError } from "./errors.ts";
import { encodeJsonValue, type JsonDialect } from "./json-codec.ts";
import type { ServiceModel } from "./model.ts";
import { encodeXml, escapeXml } from "./xml-encode.ts";

/** An error's members in JSON: its message under the name its model has for it, then its detail. */
export const errorJson = (error: SaidError, dialect: JsonDialect): Record<string, unknown> => ({
  ...typeMember(error),
  [messageName(error)]: error.message,
  ...detailJson(error, dialect),
});

const messageName = ({ model }: SaidError): string =>
  model?.shape.members.find(({ name }) => name.toLowerCase() === "message")?.name ?? "message";

// Lambda's errors say whose fault they are in a member of their own.
const typeMember = ({ model, fault }: SaidError): Record<string, unknown> =>
  model?.shape.memberByName.has("Type") ? { Type: fault === "client" ? "User" : "Server" } : {};

const detailJson = ({ detail, model }: SaidError, dialect: JsonDialect): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(detail).map(([name, value]) => {
      const member = model?.shape.memberByName.get(name);
      // Detail that AWS's model lacks is ours: it travels as it is, and clients that do not know it ignore it.
      return member ? [member.name, encodeJsonValue(member.shape, value, dialect, () => {})] : [name, value];
    }),
  );

/** An error as awsQuery's XML document. Only detail that the model knows has a place there. */
export const errorXml = (error: SaidError, service: ServiceModel | undefined, requestId: string): string => {
  const type = error.fault === "client" ? "Sender" : "Receiver";
  const { message: _message, Message: _Message, ...detail } = error.detail;
  const known = error.model ? encodeXml(error.model.shape, detail, () => {}) : "";
  const inside = `<Type>${type}</Type><Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message>${known}`;
  const namespace = service?.xmlNamespace ? ` xmlns="${escapeXml(service.xmlNamespace)}"` : "";
  return `<ErrorResponse${namespace}><Error>${inside}</Error><RequestId>${escapeXml(requestId)}</RequestId></ErrorResponse>`;
};
