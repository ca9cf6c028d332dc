/** Account and region name state apart: the same cluster name in two regions is two clusters. */
export interface Scope {
  readonly account: string;
  readonly region: string;
}

/** `000000000000/us-east-1`: how a scope stands in keys and logs. */
export const scopeKey = ({ account, region }: Scope): string => `${account}/${region}`;
