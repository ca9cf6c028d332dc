/** An IPv4 address as a number, or `undefined` where the text is none. */
export const ipv4 = (text: string): number | undefined => {
  const parts = text.split(".");
  const isAddress = parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256);
  return isAddress ? parts.reduce((sum, part) => sum * 256 + Number(part), 0) : undefined;
};

/** Why a text is not a network out of which /24s can be given, or `undefined` where it is one. */
export const networkFault = (text: string): string | undefined => {
  const [address = "", length = ""] = text.split("/");
  const number = ipv4(address);
  const prefix = Number(length);
  if (number === undefined) return `${address} is not an IPv4 address`;
  if (prefix < 8 || prefix > 24) return `a prefix of /${length} does not work: /8 to /24 hold the /24s of the clusters`;
  const rest = number % 2 ** (32 - prefix);
  if (rest !== 0) return `${address} is an address inside its network, not the network's first one`;
  return undefined;
};
