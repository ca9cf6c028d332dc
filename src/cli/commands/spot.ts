import { Command } from "commander";
import type { SpotInterruptionAnswer } from "../answers.ts";
import { findTask } from "../find-tasks.ts";
import { printJson } from "../out.ts";
import type { Session } from "../session.ts";
import { shortId } from "../views/words.ts";

export const spotCommand = (session: Session): Command => {
  const spot = new Command("spot").description("play what AWS does to tasks on FARGATE_SPOT");
  spot
    .command("interrupt")
    .description("take back a task's capacity: TERM, the notice of fargate.spotNoticeSeconds, KILL")
    .argument("<task>", "a task's id, or its beginning")
    .option("--json", "print the answer as JSON")
    .addHelpText("after", "\nExample:\n  berth spot interrupt 3f2a91c0")
    .action(async (text: string, { json }: { json?: boolean }) => {
      const { id } = await findTask(await session.ecs(), text);
      const answer = await session.api().send<SpotInterruptionAnswer>("POST", `/tasks/${id}/spot-interruption`);
      if (json) return printJson(session.out, answer);
      session.out.line(`${shortId(answer.taskArn)} was told to end, and is killed in ${answer.noticeSeconds} s`);
    });
  return spot;
};
