import type { ContainerInspectInfo } from "dockerode";
import t from "tap";
import { observedContainer } from "../../src/adapters/docker/inspection.ts";
import { containerMetadata } from "../../src/ecs/model/task-metadata.ts";
import type { ContainerSpec } from "../../src/fleet/model/task-spec.ts";
import { aTask } from "./next-steps-fixtures.ts";
import { aContainer } from "./scheduler-fixtures.ts";

// What the task metadata endpoint tells that only some containers have.

const told = (spec: ContainerSpec, restartCount = 0, mounts: readonly object[] = []) => {
  const seen = observedContainer({
    Id: "c1",
    Name: "/web",
    Created: "2026-11-24T03:53:54Z",
    State: { Status: "running", StartedAt: "2026-11-24T03:53:54Z", FinishedAt: "0001-01-01T00:00:00Z" },
    Config: { Labels: {} },
    Mounts: mounts,
  } as unknown as ContainerInspectInfo);
  const task = aTask([spec]);
  const containers = task.observed.containers.map((one) => ({ ...one, restartCount }));
  const sight = { engineName: "web", ...(seen.mounts && { mounts: seen.mounts }) };
  const metadata = containerMetadata({ ...task, observed: { ...task.observed, containers } }, spec, {
    containers: { [spec.name]: sight },
    hostTags: {},
  });
  return metadata as { Volumes?: unknown; RestartCount?: number };
};

t.test("volumes are told as the engine mounted them", async (t) => {
  const mounts = [
    {
      Type: "volume",
      Name: "berth-x-data",
      Source: "/var/lib/docker/volumes/berth-x-data/_data",
      Destination: "/data",
    },
    { Type: "bind", Source: "/srv/packages", Destination: "/packages" },
  ];
  t.strictSame(told(aContainer("web"), 0, mounts).Volumes, [
    { DockerName: "berth-x-data", Source: "/var/lib/docker/volumes/berth-x-data/_data", Destination: "/data" },
    { Source: "/srv/packages", Destination: "/packages" },
  ]);
  t.notOk("Volumes" in told(aContainer("web")), "and not at all where there are none");
});

t.test("restarts are counted where a container may be started again", async (t) => {
  const restartPolicy = { ignoredExitCodes: [], attemptPeriodSeconds: 60 };
  t.equal(told(aContainer("web", { restartPolicy })).RestartCount, 0);
  t.equal(told(aContainer("web", { restartPolicy }), 2).RestartCount, 2);
  t.notOk("RestartCount" in told(aContainer("web"), 0));
});
