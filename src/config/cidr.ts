/** An IPv4 address as a number, or `undefined` where the text is none. */
export const ipv4 = (text: string): number | undefined => {
  const parts = text.split(".");
  const isAddress = parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256);
  return isAddress ? parts.reduce((sum, part) => sum * 256 + Number(part), 0) : undefined;
};

/** Whether two networks have an address in common. */
export const doOverlap = (a: string, b: string): boolean => {
  const span = (text: string): [number, number] => {
    const [address = "", length = "32"] = text.split("/");
    const first = ipv4(address) ?? 0;
    return [first, first + 2 ** (32 - Number(length)) - 1];
  };
  const [[firstA, lastA], [firstB, lastB]] = [span(a), span(b)];
  return firstA <= lastB && firstB <= lastA;
};

/** Why a text is not a network in which containers can have addresses, or `undefined` where it is one. */
export const subnetFault = (text: string): string | undefined => {
  const [address = "", length = ""] = text.split("/");
  const prefix = Number(length);
  if (ipv4(address) === undefined) return `${address} is not an IPv4 address`;
  if (prefix < 16 || prefix > 28) return `a prefix of /${length} does not work: /16 to /28 do`;
  return insideFault(address, prefix);
};

const insideFault = (address: string, prefix: number): string | undefined =>
  (ipv4(address) ?? 0) % 2 ** (32 - prefix) === 0
    ? undefined
    : `${address} is an address inside its network, not the network's first one`;

/** Why a text is not a network out of which /24s can be given, or `undefined` where it is one. */
export const networkFault = (text: string): string | undefined => {
  const [address = "", length = ""] = text.split("/");
  const number = ipv4(address);
  const prefix = Number(length);
  if (number === undefined) return `${address} is not an IPv4 address`;
  if (prefix < 8 || prefix > 24) return `a prefix of /${length} does not work: /8 to /24 hold the /24s of the clusters`;
  return insideFault(address, prefix);
};
