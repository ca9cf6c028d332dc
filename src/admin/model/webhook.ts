/** Where events are sent, as its maker said. */
export interface Webhook {
  readonly url: string;
  /** EventBridge's detail-types it wants; all where empty. */
  readonly detailTypes: readonly string[];
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/** Why an address cannot be a webhook's, or `undefined` where it can. Redirects are never followed, so this is all that is ever called. */
export const refusalOfUrl = (text: string): string | undefined => {
  if (!URL.canParse(text)) return "it is no URL";
  const { protocol, username, password } = new URL(text);
  if (protocol !== "http:" && protocol !== "https:") return `${protocol} is neither http: nor https:`;
  // They would stand in the record, in answers and in logs.
  if (username !== "" || password !== "") return "it holds a user name or password";
  return undefined;
};

/** Whether a webhook wants an event. */
export const wantsEvent = ({ detailTypes }: Webhook, event: object): boolean =>
  detailTypes.length === 0 || detailTypes.includes(String((event as { "detail-type"?: unknown })["detail-type"]));
