/** An IPv4 network, `10.42.7.0/24`, by its first and last address as numbers. */
interface Block {
  readonly first: number;
  readonly last: number;
}

const numberOf = (address: string): number =>
  address.split(".").reduce((number, part) => number * 256 + Number(part), 0);

const textOf = (number: number): string => [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join(".");

const blockOf = (subnet: string): Block => {
  const [address = "", bits = "32"] = subnet.split("/");
  const first = numberOf(address);
  return { first, last: first + 2 ** (32 - Number(bits)) - 1 };
};

/** The lower half of a cluster's network: an engine gives its addresses to containers that ask for none. `10.42.7.0/25` of a /24. */
export const engineRange = (subnet: string): string => {
  const [address, bits] = subnet.split("/");
  return `${address}/${Number(bits) + 1}`;
};

/** The upper half, but for the broadcast address: each is given to one task at a time. */
const taskRange = (subnet: string): Block => {
  const { first, last } = blockOf(subnet);
  return { first: first + (last - first + 1) / 2, last: last - 1 };
};

/** How many tasks can have an address in a network at the same time: 127 in a /24. */
export const taskAddresses = (subnet: string): number => {
  const { first, last } = taskRange(subnet);
  return last - first + 1;
};

/** How many of them are free of what is held. */
export const freeTaskAddresses = (subnet: string, held: Readonly<Record<string, string>>): number => {
  const { first, last } = taskRange(subnet);
  const taken = Object.keys(held).filter((address) => numberOf(address) >= first && numberOf(address) <= last);
  return last - first + 1 - taken.length;
};

/**
 * A free address for a task. Taken in turn from a random start: two planners at once seldom choose the same, and one just given back is not the
 * next one given out. Throws a RangeError where none is left: callers filter first.
 */
export const freeTaskAddress = (
  subnet: string,
  held: Readonly<Record<string, string>>,
  random: () => number,
): string => {
  const { first } = taskRange(subnet);
  const count = taskAddresses(subnet);
  const start = Math.floor(random() * count);
  for (let step = 0; step < count; step += 1) {
    const address = textOf(first + ((start + step) % count));
    if (!Object.hasOwn(held, address)) return address;
  }
  throw new RangeError(`no address of ${subnet} is left, though it was found to have one`);
};

/** The hardware address of an IPv4 address, as Docker makes it: `02:42:0a:2a:07:82`. */
export const macAddressOf = (address: string): string =>
  ["02", "42", ...address.split(".").map((part) => Number(part).toString(16).padStart(2, "0"))].join(":");
