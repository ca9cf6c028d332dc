import { Type } from "typebox";

/** An entry of the change feed, as kernel/change-feed.ts has it. */
export const changeSchema = Type.Object({
  id: Type.String(),
  kind: Type.String(),
  subject: Type.String(),
  verb: Type.String(),
  at: Type.Number({ description: "Milliseconds since 1970" }),
  facts: Type.Record(Type.String(), Type.String()),
});
