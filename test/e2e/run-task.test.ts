import { waitUntilTasksStopped } from "@aws-sdk/client-ecs";
import t from "tap";
import { aBerth } from "../support/berth.ts";
import { script, tasksOf } from "../support/tasks.ts";

const berth = await aBerth(t);
const { ecs } = berth;
const tasks = tasksOf(ecs);

t.test("three tasks spread over three hosts, run and stop with exit code 0", async (t) => {
  const family = await tasks.define([script("exit 0")]);
  const placed = await tasks.runMany(family, {
    count: 3,
    placementStrategy: [{ type: "spread", field: "instanceId" }],
  });
  const arns = placed.map(({ taskArn }) => taskArn!);
  await waitUntilTasksStopped({ client: ecs, maxWaitTime: 30, minDelay: 0.2, maxDelay: 0.5 }, { tasks: arns });
  const { tasks: stopped = [] } = await ecs.describeTasks({ tasks: arns });
  t.equal(new Set(stopped.map(({ containerInstanceArn }) => containerInstanceArn)).size, 3, "three hosts");
  for (const task of stopped)
    t.match(task, {
      lastStatus: "STOPPED",
      desiredStatus: "STOPPED",
      stopCode: "EssentialContainerExited",
      stoppedReason: "Essential container in task exited",
      containers: [{ exitCode: 0, lastStatus: "STOPPED" }],
    });
});
