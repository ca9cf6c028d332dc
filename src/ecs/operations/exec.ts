import { NotBuiltError } from "../../kernel/errors.ts";
import { BERTH_EXEC } from "../model/run-request.ts";
import type { EcsOperations } from "../ports.ts";

/** AWS hands out a session of Systems Manager here, for a plugin and an agent that are AWS's own. */
export const execOperations: EcsOperations<"ExecuteCommand"> = {
  async ExecuteCommand() {
    throw new NotBuiltError("ExecuteCommand", BERTH_EXEC);
  },
};
