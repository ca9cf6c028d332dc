/** Ports from `first` to `last`, both included. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** Where ports for `hostPort` 0 come from: Linux's own ephemeral range, and the ECS agent's default. */
export const DYNAMIC_PORTS: PortRange = { first: 32_768, last: 60_999 };

/** How many ports a range has. */
export const rangeSize = ({ first, last }: PortRange): number => last - first + 1;

/** Whether a number is a port that can be published, 1 to 65535. */
export const isPort = (port: number): boolean => Number.isInteger(port) && port >= 1 && port <= 65_535;

export const isInRange = ({ first, last }: PortRange, port: number): boolean => port >= first && port <= last;

/** Reads `8080-8090`, and `8080` as a range of one. `undefined` where it is no range of ports, or runs backward. */
export const parsePortRange = (text: string): PortRange | undefined => {
  const parsed = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
  if (!parsed) return undefined;
  const range = { first: Number(parsed[1]), last: Number(parsed[2] ?? parsed[1]) };
  return isPort(range.first) && isPort(range.last) && range.first <= range.last ? range : undefined;
};

/** Every port of a range, ascending. */
export const unfoldPortRange = (range: PortRange): number[] =>
  Array.from({ length: rangeSize(range) }, (_, index) => range.first + index);
