declare const brand: unique symbol;

/** A string that only its own kind accepts: a `HostId` never passes for a `TaskId`. */
export type Brand<Name extends string> = string & { readonly [brand]: Name };
