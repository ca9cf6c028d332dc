import type { Scope } from "./scope.ts";

/** Who asks, in which account and region, under which request id. */
export interface Caller extends Scope {
  readonly requestId: string;
  /** ARN of the caller: `arn:aws:iam::000000000000:user/berth`, and `…:root` for an unsigned request under `auth: open`. */
  readonly principal: string;
  /** The key that signed the request; `undefined` where nothing did. */
  readonly accessKeyId: string | undefined;
  /** The header Idempotency-Key: which operations heed it, their own texts say. Absent where none was sent. */
  readonly idempotencyKey?: string;
}

/** One operation of a service: a decoded input in, the output's members out, an ApiError thrown where AWS answers an error. */
export type Operation<Input, Output> = (input: Input, caller: Caller) => Promise<Output>;

/** What a wing offers: its operations by AWS's names. `never` lets tables of differently typed inputs meet in one type. */
export type OperationTable = Readonly<Record<string, Operation<never, object>>>;

/** The shape every `XCommand` class of an AWS SDK client has, as far as types are read from it. */
type CommandClass<Input, Output> = abstract new (
  input: never,
) => { readonly input: Input; resolveMiddleware(...args: never[]): (...args: never[]) => Promise<{ output: Output }> };

/** Names of the operations that an SDK client module exports a command for. */
export type OperationName<Api> = {
  [Key in keyof Api]: Key extends `${infer Name}Command`
    ? Api[Key] extends CommandClass<unknown, unknown>
      ? Name
      : never
    : never;
}[keyof Api];

/** A member that AWS requires is present once decoded: the SDK types it `T | undefined`, here it is `T`. */
type Decoded<Input> = {
  readonly [Key in keyof Input]: object extends Pick<Input, Key> ? Input[Key] : Exclude<Input[Key], undefined>;
};

/** An operation's decoded input; `Api` is `typeof import("@aws-sdk/client-ecs")`. */
export type InputOf<Api, Name extends OperationName<Api>> =
  Api[`${Name}Command` & keyof Api] extends CommandClass<infer Input, unknown> ? Decoded<Input> : never;

/** An operation's output, without the SDK's own `$metadata`. */
export type OutputOf<Api, Name extends OperationName<Api>> =
  Api[`${Name}Command` & keyof Api] extends CommandClass<unknown, infer Output> ? Omit<Output, "$metadata"> : never;

/**
 * A table of handlers, typed by the SDK's own commands:
 * `Operations<typeof import("@aws-sdk/client-ecs"), "RunTask" | "StopTask">`.
 */
export type Operations<Api, Names extends OperationName<Api>> = {
  readonly [Name in Names]: Operation<InputOf<Api, Name>, OutputOf<Api, Name>>;
};
