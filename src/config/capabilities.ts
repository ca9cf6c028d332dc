/**
 * The `ecs.capability.*` attributes that a host of Berth really has. A capability joins when it is built, never before:
 * tools place tasks by them.
 */
const ALWAYS: readonly string[] = [
  "com.amazonaws.ecs.capability.logging-driver.awslogs",
  "com.amazonaws.ecs.capability.logging-driver.json-file",
  "ecs.capability.container-ordering",
  "ecs.capability.docker-plugin.local",
  "ecs.capability.task-cpu-mem-limit",
  "ecs.capability.task-eni",
];

/** The oldest and newest of Docker's API versions that ECS's own agent names. */
const DOCKER_API = { oldest: 17, newest: 44 } as const;

/** Newest API minor version (1.N) of an engine version. From docs.docker.com/engine/api, Docker 17.06 and later. */
const apiMinorOf = (engineVersion: string): number => {
  const major = Number.parseInt(engineVersion, 10);
  const newestByMajor: Record<number, number> = { 17: 30, 18: 36, 19: 40, 20: 41, 23: 42, 24: 43 };
  return newestByMajor[major] ?? (major > 24 ? DOCKER_API.newest : DOCKER_API.oldest);
};

/** Capabilities of a host as attributes without a value. */
export const capabilityAttributes = (engineVersion: string, privileged: boolean): Record<string, string> => {
  const minors = Array.from(
    { length: apiMinorOf(engineVersion) - DOCKER_API.oldest + 1 },
    (_, n) => DOCKER_API.oldest + n,
  );
  const names = [
    ...ALWAYS,
    ...(privileged ? ["com.amazonaws.ecs.capability.privileged-container"] : []),
    ...minors.map((minor) => `com.amazonaws.ecs.capability.docker-remote-api.1.${minor}`),
  ];
  return Object.fromEntries(names.map((name) => [name, ""]));
};
