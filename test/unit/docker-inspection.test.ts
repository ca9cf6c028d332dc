import type { ContainerInspectInfo } from "dockerode";
import t from "tap";
import { observedContainer } from "../../src/adapters/docker/inspection.ts";

const STARTED = "2026-11-24T03:53:54.395925734Z";
const NEVER = "0001-01-01T00:00:00Z";

const inspected = (state: object, healthcheck?: object) =>
  observedContainer({
    Id: "c1",
    Name: "/web",
    Created: STARTED,
    State: { Status: "running", StartedAt: STARTED, FinishedAt: NEVER, OOMKilled: false, ...state },
    Config: { Labels: {}, Healthcheck: healthcheck },
  } as unknown as ContainerInspectInfo);

const unhealthy = (FailingStreak: number) => ({ Status: "unhealthy", FailingStreak, Log: [] });

t.test("a container is unhealthy when its check failed as often as it takes", async (t) => {
  t.equal(inspected({ Health: unhealthy(2) }, { Retries: 2 }).health, "UNHEALTHY");
  t.equal(inspected({ Health: unhealthy(3) }, {}).health, "UNHEALTHY", "three times unless told");
  t.equal(inspected({ Health: { ...unhealthy(1), Status: "healthy" } }, { Retries: 2 }).health, "HEALTHY");
  t.equal(inspected({ Health: { ...unhealthy(1), Status: "starting" } }, { Retries: 2 }).health, "UNKNOWN");
});

t.test("what Docker does not check any more has no health, though Docker calls it unhealthy", async (t) => {
  for (const Status of ["exited", "dead", "removing", "paused"])
    t.equal(inspected({ Status, FinishedAt: STARTED, Health: unhealthy(3) }, {}).health, undefined, Status);
  t.equal(inspected({ Health: unhealthy(0) }, { Retries: 2 }).health, undefined, "it went on just now");
  t.equal(inspected({}).health, undefined, "it has no check");
});

t.test("when a check ended is told, so that an older answer is known as such", async (t) => {
  const Log = [{ End: "2026-11-24T03:54:00Z" }, { End: "2026-11-24T03:54:05Z" }];
  t.equal(inspected({ Health: { ...unhealthy(2), Log } }).healthCheckedAt, Date.parse("2026-11-24T03:54:05Z"));
});
