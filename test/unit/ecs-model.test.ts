import * as ecs from "@aws-sdk/client-ecs";
import { NormalizedSchema } from "@smithy/core/schema";
import t from "tap";
import { clusterName, taskDefinitionReference, taskIdOf } from "../../src/ecs/model/identifiers.ts";
import { enforceLimits } from "../../src/ecs/model/limits.ts";
import { MEMBERS } from "../../src/ecs/model/members.ts";
import { withOverrides } from "../../src/ecs/model/overrides.ts";
import { pageOf } from "../../src/ecs/model/page.ts";
import { readConstraints, readStrategies } from "../../src/ecs/model/placement-input.ts";
import { cpuShares, taskCpuUnits, taskMemoryMiB } from "../../src/ecs/model/quantities.ts";
import type { TaskDefinitionMembers } from "../../src/ecs/model/records.ts";
import { refuseUnbuiltMembers } from "../../src/ecs/model/refusals.ts";
import { checkRunTask } from "../../src/ecs/model/run-request.ts";
import { readTags } from "../../src/ecs/model/tags.ts";
import { withDefaults } from "../../src/ecs/model/task-definition.ts";
import { asContainerSpec } from "../../src/ecs/model/translate-container.ts";
import { asTaskSpec } from "../../src/ecs/model/translate-task.ts";
import { validateTaskDefinition } from "../../src/ecs/model/validate-task-definition.ts";

const SCOPE = { account: "000000000000", region: "us-east-1" };

type Request = ecs.RegisterTaskDefinitionRequest;

const web = (changes: Partial<ecs.ContainerDefinition> = {}): ecs.ContainerDefinition => ({
  name: "web",
  image: "nginx",
  memory: 128,
  ...changes,
});

const definition = (changes: Partial<Request> = {}): Request => ({
  family: "web",
  containerDefinitions: [web()],
  ...changes,
});

const members = (changes: Partial<Request> = {}): TaskDefinitionMembers => withDefaults(definition(changes));

const spec = (changes: Partial<Request> = {}, overrides?: ecs.TaskOverride) =>
  asTaskSpec({ family: "web", revision: 7 }, withOverrides(members(changes), overrides), { ...SCOPE, name: "default" });

const two = (first: Partial<ecs.ContainerDefinition>, second: Partial<ecs.ContainerDefinition> = {}) => ({
  containerDefinitions: [web({ name: "a", ...first }), web({ name: "b", ...second })],
});
const on = (containerName: string, condition: ecs.ContainerCondition = "START") => ({ containerName, condition });

const REFUSED: readonly (readonly [what: string, changes: Partial<Request>, message: RegExp])[] = [
  ["no family", { family: "" }, /^Family should not be null or empty\.$/],
  ["a family with a colon", { family: "web:1" }, /^Family contains invalid characters\.$/],
  ["a family of 256 characters", { family: "f".repeat(256) }, /^Family is too long/],
  [
    "more than ECS keeps",
    { containerDefinitions: [web({ command: ["x".repeat(65_536)] })] },
    /^Actual length: '\d+'\. Max allowed length is '65536' bytes\.$/,
  ],
  ["no container", { containerDefinitions: [] }, /^Container list cannot be empty\.$/],
  ["a container without a name", { containerDefinitions: [web({ name: "" })] }, /^Container\.name should not be null/],
  [
    "a container without an image",
    { containerDefinitions: [{ name: "web", memory: 9 }] },
    /^Container\.image should not be/,
  ],
  ["two containers of one name", { containerDefinitions: [web(), web()] }, /'web' is used more than once/],
  [
    "no memory anywhere",
    { containerDefinitions: [{ name: "web", image: "nginx" }] },
    /^Invalid setting for container 'web'\. At least one of 'memory' or 'memoryReservation' must be specified\.$/,
  ],
  [
    "less memory than Docker takes",
    { containerDefinitions: [web({ memory: 5 })] },
    /^Invalid 'memory' setting for container 'web'/,
  ],
  [
    "a hard limit below the soft one",
    { containerDefinitions: [web({ memoryReservation: 256 })] },
    /'memory' must be greater than or equal to 'memoryReservation'/,
  ],
  ["no essential container", { containerDefinitions: [web({ essential: false })] }, /at least one essential container/],
  [
    "an unknown dependency",
    { containerDefinitions: [web({ dependsOn: [on("db")] })] },
    /'db' because it does not exist/,
  ],
  [
    "a dependency cycle",
    two({ dependsOn: [on("b")] }, { dependsOn: [on("a")] }),
    /^Container dependencies should not have a cycle: a -> b -> a$/,
  ],
  ["a link cycle", two({ links: ["b"] }, { links: ["a:x"] }), /^Container links should not have a cycle: a -> b -> a$/],
  [
    "a cycle of a link and a dependency",
    two({ links: ["b"] }, { dependsOn: [on("a")] }),
    /together should not have a cycle/,
  ],
  [
    "SUCCESS of an essential container",
    two({ dependsOn: [on("b", "SUCCESS")] }),
    /^A dependency container with SUCCESS or COMPLETE condition cannot be an essential container$/,
  ],
  [
    "HEALTHY of a container without a check",
    two({ dependsOn: [on("b", "HEALTHY")] }),
    /must have health check configured$/,
  ],
  [
    "links outside bridge mode",
    { networkMode: "host", ...two({ links: ["b"] }) },
    /^Links are not supported when networkMode=host\.$/,
  ],
  [
    "links in mode awsvpc",
    { networkMode: "awsvpc", ...two({ links: ["b"] }) },
    /^Links are not supported when networkMode=awsvpc\.$/,
  ],
  [
    "a hostname in mode awsvpc",
    { networkMode: "awsvpc", containerDefinitions: [web({ hostname: "x" })] },
    /^hostname is not supported on container when networkMode=awsvpc\.$/,
  ],
  [
    "extra hosts in mode awsvpc",
    { networkMode: "awsvpc", containerDefinitions: [web({ extraHosts: [{ hostname: "x", ipAddress: "10.0.0.1" }] })] },
    /^Extra hosts are not supported when networkMode=awsvpc\.$/,
  ],
  [
    "another host port in mode awsvpc",
    { networkMode: "awsvpc", containerDefinitions: [web({ portMappings: [{ containerPort: 80, hostPort: 8080 }] })] },
    /^When networkMode=awsvpc, the host ports and container ports in port mappings must match\.$/,
  ],
  [
    "a host port used twice",
    two(
      { portMappings: [{ containerPort: 80, hostPort: 80 }] },
      { portMappings: [{ containerPort: 81, hostPort: 80 }] },
    ),
    /^Containers 'a' and 'b' both ask for host port 80\/tcp\.$/,
  ],
  [
    "in host mode, a container port used twice",
    {
      networkMode: "host",
      ...two({ portMappings: [{ containerPort: 80 }] }, { portMappings: [{ containerPort: 80 }] }),
    },
    /both ask for host port 80/,
  ],
  [
    "in host mode, another host port",
    { networkMode: "host", containerDefinitions: [web({ portMappings: [{ containerPort: 80, hostPort: 8080 }] })] },
    /^When networkMode=host, the host ports and container ports in port mappings must match\.$/,
  ],
  [
    "ports without a network",
    { networkMode: "none", containerDefinitions: [web({ portMappings: [{ containerPort: 80 }] })] },
    /networkMode=none/,
  ],
  [
    "a port mapping without a port",
    { containerDefinitions: [web({ portMappings: [{ hostPort: 80 }] })] },
    /^Invalid 'containerPort' setting for container 'web'\.$/,
  ],
  [
    "a port range backward",
    { containerDefinitions: [web({ portMappings: [{ containerPortRange: "90-80" }] })] },
    /containerPortRange/,
  ],
  [
    "an unknown volume",
    { containerDefinitions: [web({ mountPoints: [{ sourceVolume: "data", containerPath: "/data" }] })] },
    /^Unknown volume 'data'\.$/,
  ],
  ["a volume twice", { volumes: [{ name: "v" }, { name: "v" }] }, /'v' is used more than once/],
  [
    "a volume of two kinds",
    { volumes: [{ name: "v", host: {}, dockerVolumeConfiguration: {} }] },
    /only one of host, dockerVolumeConfiguration/,
  ],
  ["a task smaller than its containers", { memory: "64" }, /reserve 128 MiB together/],
  [
    "more cpu in containers than in the task",
    { cpu: "256", containerDefinitions: [web({ cpu: 512 })] },
    /512 CPU units together/,
  ],
  ["a cpu that is none", { cpu: "much" }, /^Invalid 'cpu' setting for task: much/],
  [
    "a constraint that does not parse",
    { placementConstraints: [{ type: "memberOf", expression: "attribute:zone = a" }] },
    /column 16/,
  ],
  [
    "a health check without CMD",
    { containerDefinitions: [web({ healthCheck: { command: ["true"] } })] },
    /CMD or CMD-SHELL/,
  ],
  [
    "a stop timeout of a second",
    { containerDefinitions: [web({ stopTimeout: 1 })] },
    /^Granular stop timeout on container 'web' must be at least 2 seconds\.$/,
  ],
  [
    "a kernel parameter of the whole machine",
    { containerDefinitions: [web({ systemControls: [{ namespace: "vm.swappiness", value: "1" }] })] },
    /namespaced/,
  ],
  [
    "Fargate with a size it has not",
    { requiresCompatibilities: ["FARGATE"], networkMode: "awsvpc", cpu: "256", memory: "4 GB" },
    /^No Fargate configuration exists for given values: 256 CPU, 4096 memory/,
  ],
];

t.test("registering a task definition refuses, as a ClientException,", async (t) => {
  for (const [what, changes, message] of REFUSED)
    t.throws(() => validateTaskDefinition(definition(changes)), { code: "ClientException", message }, what);
});

t.test("registering takes", async (t) => {
  const good: Record<string, Partial<Request>> = {
    "the least there can be": {},
    "memory of the task alone": { memory: "512", containerDefinitions: [{ name: "web", image: "nginx" }] },
    "one host port for tcp and udp": two(
      { portMappings: [{ containerPort: 53, hostPort: 53 }] },
      { portMappings: [{ containerPort: 53, hostPort: 53, protocol: "udp" }] },
    ),
    "the same container port in two containers": two(
      { portMappings: [{ containerPort: 80 }] },
      { portMappings: [{ containerPort: 80 }] },
    ),
    "an order of three": two({ dependsOn: [on("b", "COMPLETE")] }, { essential: false }),
  };
  for (const [what, changes] of Object.entries(good))
    t.doesNotThrow(() => validateTaskDefinition(definition(changes)), what);
});

t.test("the table of members names every member the SDK knows", async (t) => {
  const schemas = ecs as unknown as Record<string, Parameters<typeof NormalizedSchema.of>[0]>;
  for (const [shape, table] of Object.entries(MEMBERS)) {
    const known = [...NormalizedSchema.of(schemas[`${shape}$`]!).structIterator()].map(([name]) => name);
    t.ok(known.length > 2, `${shape} was read`);
    t.same(Object.keys(table).sort(), known.sort(), shape);
  }
});

const awslogs = (options: Record<string, string> = {}): ecs.LogConfiguration => ({
  logDriver: "awslogs",
  options: { "awslogs-group": "/web", "awslogs-region": "eu-west-1", ...options },
});

t.test("the awslogs driver says where output goes, and needs to know the group and the region", async (t) => {
  const specOf = (logConfiguration: ecs.LogConfiguration) =>
    asContainerSpec(web({ logConfiguration }) as ecs.ContainerDefinition, {});
  t.match(specOf(awslogs()), { logTo: { group: "/web", region: "eu-west-1", createGroup: false } });
  t.notOk(specOf(awslogs()).logTo?.streamPrefix);
  t.notOk(specOf(awslogs()).logDelivery, "Docker's own way");
  t.match(
    specOf(
      awslogs({
        "awslogs-stream-prefix": "p",
        "awslogs-create-group": "true",
        mode: "non-blocking",
        "max-buffer-size": "2m",
      }),
    ),
    { logTo: { streamPrefix: "p", createGroup: true }, logDelivery: { mode: "non-blocking", maxBufferSize: "2m" } },
  );
  t.notOk(specOf({ logDriver: "json-file" }).logTo);
  t.doesNotThrow(() => refuseUnbuiltMembers(members({ containerDefinitions: [web({ logConfiguration: awslogs() })] })));
  t.throws(
    () =>
      validateTaskDefinition(
        definition({ containerDefinitions: [web({ logConfiguration: { logDriver: "awslogs" } })] }),
      ),
    { code: "ClientException", message: "Log driver awslogs requires options: awslogs-group, awslogs-region." },
  );
});

t.test("a member that nothing acts on is refused by its name when a task is run", async (t) => {
  const refused: [Partial<Request>, RegExp][] = [
    [
      { volumes: [{ name: "v", efsVolumeConfiguration: { fileSystemId: "fs-1" } }] },
      /^'efsVolumeConfiguration' of volume 'v' is refused, not ignored: [^.]*\. It is not built in Berth yet\.$/,
    ],
    [
      { containerDefinitions: [web({ logConfiguration: { logDriver: "splunk" } })] },
      /'logDriver' of the logConfiguration of container 'web'.*only 'awslogs' and 'json-file'.*not built/,
    ],
    [
      { containerDefinitions: [web({ logConfiguration: awslogs({ "awslogs-datetime-format": "%H" }) })] },
      /'awslogs-datetime-format' of the logConfiguration of container 'web'.*joined into one event/,
    ],
    [
      { containerDefinitions: [web({ logConfiguration: { logDriver: "json-file", options: { "max-size": "1m" } } })] },
      /'max-size' of the logConfiguration.*options of the driver json-file/,
    ],
    [{ runtimePlatform: { operatingSystemFamily: "WINDOWS_SERVER_2022_CORE" } }, /Windows/],
  ];
  for (const [changes, message] of refused)
    t.throws(() => refuseUnbuiltMembers(members(changes)), { code: "NotImplemented", message });
  t.throws(
    () =>
      refuseUnbuiltMembers(members(), {
        containerOverrides: [{ name: "web", resourceRequirements: [{ type: "GPU", value: "1" }] }],
      }),
    { code: "NotImplemented", message: /'resourceRequirements' of overrides of container 'web'/ },
  );
  t.doesNotThrow(
    () =>
      refuseUnbuiltMembers(
        members({
          executionRoleArn: "arn:aws:iam::0:role/r",
          enableFaultInjection: false,
          containerDefinitions: [web({ secrets: [], logConfiguration: { logDriver: "json-file" } })],
        }),
      ),
    "what was given empty or changes nothing is no reason to refuse",
  );
});

t.test("a definition is answered with AWS's defaults and keeps what it was given", async (t) => {
  const kept = members({
    cpu: ".25 vCPU",
    memory: "0.5 GB",
    volumes: [{ name: "scratch" }],
    containerDefinitions: [
      web({
        portMappings: [{ containerPort: 80, appProtocol: "http", name: "www" }],
        repositoryCredentials: { credentialsParameter: "x" },
      }),
    ],
  });
  t.match(kept, { cpu: "256", memory: "512", volumes: [{ name: "scratch", host: {} }], placementConstraints: [] });
  t.match(kept.containerDefinitions?.[0], {
    essential: true,
    cpu: 0,
    environment: [],
    mountPoints: [],
    volumesFrom: [],
    portMappings: [{ containerPort: 80, hostPort: 0, protocol: "tcp", appProtocol: "http", name: "www" }],
    repositoryCredentials: { credentialsParameter: "x" },
  });
  t.equal(
    members({ networkMode: "host", containerDefinitions: [web({ portMappings: [{ containerPort: 80 }] })] })
      .containerDefinitions?.[0]?.portMappings?.[0]?.hostPort,
    80,
  );
});

t.test("a task in the fleet's words", async (t) => {
  t.test("reserves what placement subtracts: the soft limit first, the task's own size before all", async (t) => {
    t.same(
      spec({
        containerDefinitions: [
          web({ cpu: 100, memory: 200, memoryReservation: 50 }),
          web({ name: "b", cpu: 28, memory: 100 }),
        ],
      }).reserve,
      { cpuUnits: 128, memoryMiB: 150 },
    );
    t.match(spec({ cpu: "256", memory: "1 GB" }), {
      reserve: { cpuUnits: 256, memoryMiB: 1024 },
      limits: { cpuUnits: 256, memoryMiB: 1024 },
    });
    t.same(spec().limits, {}, "without a size of its own nothing caps the whole task");
  });

  t.test("weighs cpu as the ECS agent does", async (t) => {
    t.same([undefined, 0, 1, 2, 512, 300_000].map(cpuShares), [2, 2, 2, 2, 512, 262_144]);
  });

  t.test("unfolds port ranges and keeps fixed ports", async (t) => {
    const { containers } = spec({
      containerDefinitions: [
        web({ portMappings: [{ containerPortRange: "8000-8002" }, { containerPort: 80, hostPort: 8080 }] }),
      ],
    });
    t.same(
      containers[0]?.ports.map(({ containerPort, hostPort }) => [containerPort, hostPort]),
      [
        [8000, 0],
        [8001, 0],
        [8002, 0],
        [80, 8080],
      ],
    );
  });

  t.test("says volumes by what outlives what", async (t) => {
    const { volumes } = spec({
      volumes: [
        { name: "scratch" },
        { name: "etc", host: { sourcePath: "/srv/etc" } },
        { name: "own", dockerVolumeConfiguration: { scope: "task" } },
        { name: "kept", dockerVolumeConfiguration: { scope: "shared", driver: "local" } },
      ],
    });
    t.match(volumes, [
      { name: "scratch", kind: "task" },
      { name: "etc", kind: "host", path: "/srv/etc" },
      { name: "own", kind: "docker-task", autoprovision: true },
      { name: "kept", kind: "shared", autoprovision: false, driver: "local" },
    ]);
  });

  t.test("leaves to the image what was not said, and says the defaults ECS has", async (t) => {
    const [container] = spec().containers;
    t.notOk("command" in container! || "user" in container! || "healthCheck" in container!);
    t.match(container, {
      stopTimeoutSeconds: 30,
      essential: true,
      memoryMiB: 128,
      labels: { "com.amazonaws.ecs.task-definition-version": "7" },
    });
  });

  t.test("carries health checks, restart policies, devices and security options", async (t) => {
    const [container] = spec({
      containerDefinitions: [
        web({
          healthCheck: { command: ["CMD-SHELL", "true"], startPeriod: 9 },
          restartPolicy: { enabled: true, ignoredExitCodes: [0] },
          linuxParameters: { devices: [{ hostPath: "/dev/fuse", permissions: ["read", "mknod"] }], swappiness: 50 },
          dockerSecurityOptions: ["label:type:x", "no-new-privileges"],
        }),
      ],
    }).containers;
    t.match(container, {
      healthCheck: {
        command: ["CMD-SHELL", "true"],
        intervalSeconds: 30,
        timeoutSeconds: 5,
        retries: 3,
        startPeriodSeconds: 9,
      },
      restartPolicy: { ignoredExitCodes: [0], attemptPeriodSeconds: 300 },
      devices: [{ hostPath: "/dev/fuse", permissions: "rm" }],
      securityOptions: ["label=type:x", "no-new-privileges"],
    });
    t.notOk("swappiness" in container!, "without maxSwap swappiness is ignored, as ECS does");
  });
});

t.test("overrides", async (t) => {
  const environment = [
    { name: "A", value: "1" },
    { name: "B", value: "2" },
  ];
  const overridden = spec(
    { containerDefinitions: [web({ command: ["serve"], environment })] },
    {
      memory: "512",
      containerOverrides: [
        {
          name: "web",
          command: ["migrate"],
          cpu: 64,
          memory: 256,
          environment: [
            { name: "B", value: "9" },
            { name: "C", value: "3" },
          ],
        },
        {},
      ],
    },
  );
  t.match(overridden, { reserve: { memoryMiB: 512 }, limits: { memoryMiB: 512 } });
  t.match(overridden.containers[0], {
    command: ["migrate"],
    cpuShares: 64,
    memoryMiB: 256,
    environment: { A: "1", B: "9", C: "3" },
  });
  const refused: [ecs.TaskOverride, RegExp][] = [
    [
      { containerOverrides: [{ name: "db", command: ["x"] }] },
      /^Override for container named db is not a container in the TaskDefinition\.$/,
    ],
    [{ containerOverrides: [{ command: ["x"] }] }, /name should not be null or empty/],
    [{ containerOverrides: [{ name: "web", memory: 4 }] }, /^Invalid 'memory' setting for container 'web'/],
    [{ cpu: "1" }, /^Invalid 'cpu' setting for task/],
    [
      { containerOverrides: [{ name: "web", command: ["x".repeat(8192)] }] },
      /^Container Overrides length must be at most 8192$/,
    ],
  ];
  for (const [overrides, message] of refused)
    t.throws(() => withOverrides(members(), overrides), { code: "InvalidParameterException", message });
});

t.test("what reaches the machine itself needs the owner's leave, by the name of the setting", async (t) => {
  const closed = { hostPaths: ["/srv/data"], privileged: false };
  const host = (sourcePath: string) => members({ volumes: [{ name: "v", host: { sourcePath } }] });
  t.doesNotThrow(() => enforceLimits(host("/srv/data/web"), closed));
  for (const path of ["/etc", "/srv/database", "/srv/data/../secret", "/"])
    t.throws(
      () => enforceLimits(host(path), closed),
      { code: "InvalidParameterException", message: /'allow\.hostPaths' in berth\.yaml lists only \/srv\/data/ },
      path,
    );
  t.throws(
    () =>
      enforceLimits(
        members({
          volumes: [
            { name: "v", dockerVolumeConfiguration: { driverOpts: { type: "none", o: "bind", device: "/etc" } } },
          ],
        }),
        closed,
      ),
    { message: /mounts the host path \/etc/ },
    "a docker volume that is a bind mount by another name",
  );
  const volume = (driverOpts: Record<string, string>) =>
    members({ volumes: [{ name: "v", dockerVolumeConfiguration: { driverOpts } }] });
  for (const options of [
    { type: "none", o: "bind", device: "etc" },
    { type: "tmpfs", o: "size=1m,rbind", device: "etc" },
    { type: "overlay", o: "lowerdir=/etc", device: "overlay" },
    { type: "overlay", o: "lowerdir=/etc" },
    { type: "ext4", device: "/dev/sda1" },
  ])
    t.throws(
      () => enforceLimits(volume(options), closed),
      { message: /mounts the host path/ },
      JSON.stringify(options),
    );
  for (const options of [
    { type: "tmpfs", device: "tmpfs", o: "size=1m" },
    { type: "nfs", device: ":/data", o: "addr=10.0.0.1" },
    { type: "none", o: "bind", device: "/srv/data/web" },
  ])
    t.doesNotThrow(() => enforceLimits(volume(options), closed), JSON.stringify(options));
  const privileges: Partial<Request>[] = [
    { pidMode: "host" },
    { ipcMode: "host" },
    { containerDefinitions: [web({ privileged: true })] },
    { containerDefinitions: [web({ linuxParameters: { capabilities: { add: ["SYS_ADMIN"] } } })] },
    { containerDefinitions: [web({ linuxParameters: { devices: [{ hostPath: "/dev/sda" }] } })] },
  ];
  for (const changes of privileges) {
    t.throws(() => enforceLimits(members(changes), closed), {
      message: /'allow\.privileged' is not true in berth\.yaml/,
    });
    t.doesNotThrow(() => enforceLimits(members(changes), { ...closed, privileged: true }));
  }
});

t.test("sizes of a task are read as AWS writes them", async (t) => {
  t.same(["256", ".25 vCPU", "1 vcpu", "0.5vCPU"].map(taskCpuUnits), [256, 256, 1024, 512]);
  t.same(["512", "0.5 GB", "1GB", "2 gb"].map(taskMemoryMiB), [512, 512, 1024, 2048]);
  for (const text of ["0", "127", "1.5", "", "196609", "-1", "200 vCPU"])
    t.throws(() => taskCpuUnits(text), { code: "ClientException" }, text);
  for (const text of ["5", "half", "0.0001 GB"]) t.throws(() => taskMemoryMiB(text), { code: "ClientException" }, text);
});

t.test("names and ARNs mean the same, and another's ARN is nobody's here", async (t) => {
  t.equal(clusterName(undefined, SCOPE), "default");
  t.equal(clusterName("arn:aws:ecs:us-east-1:000000000000:cluster/blue", SCOPE), "blue");
  t.throws(() => clusterName("not a name", SCOPE), { code: "InvalidParameterException" });
  const id = "0123456789abcdef0123456789abcdef";
  const arn = (rest: string, region = "us-east-1") => `arn:aws:ecs:${region}:000000000000:task/${rest}`;
  t.same(
    [id, arn(id), arn(`blue/${id}`)].map((text) => taskIdOf(text, SCOPE, "blue")),
    [id, id, id],
  );
  t.equal(taskIdOf(arn(`blue/${id}`, "eu-west-1"), SCOPE, "blue"), undefined);
  t.throws(() => taskIdOf(arn(`red/${id}`), SCOPE, "blue"), {
    message: "Invalid identifier: Identifier is for cluster red. Your cluster is blue",
  });
  t.same(taskDefinitionReference("web:3", SCOPE), { family: "web", revision: 3 });
  t.same(taskDefinitionReference("arn:aws:ecs:us-east-1:000000000000:task-definition/web:12", SCOPE), {
    family: "web",
    revision: 12,
  });
  t.same(taskDefinitionReference("web", SCOPE), { family: "web" });
  t.throws(() => taskDefinitionReference("web:latest", SCOPE), {
    code: "ClientException",
    message: "Invalid revision number. Number: latest",
  });
});

t.test("pages hold together while items come and go, and a token is checked", async (t) => {
  const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  const first = pageOf("x", ["a", "b", "c", "d"], (one) => one, { maxResults: 2 }, { compare });
  t.same(first.items, ["a", "b"]);
  const token = first.nextToken!;
  t.same(
    pageOf("x", ["a", "c", "d"], (one) => one, { nextToken: token }, { compare }),
    { items: ["c", "d"] },
    "the last one given is gone",
  );
  for (const nextToken of ["garbage", token.slice(1), ""])
    t.throws(() => pageOf("x", ["a"], (one) => one, { nextToken }), { code: "InvalidParameterException" }, nextToken);
  t.throws(
    () => pageOf("y", ["a"], (one) => one, { nextToken: token }),
    { code: "InvalidParameterException" },
    "a token of another list",
  );
  for (const maxResults of [0, 101, -1])
    t.throws(() => pageOf("x", [], String, { maxResults }), { code: "InvalidParameterException" });
});

t.test("tags keep to AWS's limits", async (t) => {
  t.same(readTags([{ key: "team", value: "blue" }, { key: "flag" }]), { team: "blue", flag: "" });
  const many = (count: number) => Array.from({ length: count }, (_, index) => ({ key: `k${index}` }));
  const refused: [ecs.Tag[], RegExp][] = [
    [[{ key: "aws:x" }], /^aws: prefixed tag key names are not allowed for external use\.$/],
    [[{ key: "" }], /null or empty/],
    [[{ key: "k".repeat(129) }], /128/],
    [[{ key: "k", value: "v".repeat(257) }], /256/],
    [[{ key: "k" }, { key: "k" }], /Duplicate/],
    [many(51), /exceeds the limit of 50/],
  ];
  for (const [tags, message] of refused) t.throws(() => readTags(tags), { code: "InvalidParameterException", message });
  t.throws(
    () =>
      readTags(
        many(1).map(() => ({ key: "new" })),
        readTags(many(50)),
      ),
    { message: /limit of 50/ },
    "those there before count",
  );
});

t.test("a run is refused for what it asks", async (t) => {
  const refused: [Partial<ecs.RunTaskRequest>, string, RegExp][] = [
    [{ count: 0 }, "InvalidParameterException", /between 1 and 10/],
    [{ count: 11 }, "InvalidParameterException", /between 1 and 10/],
    [{ enableExecuteCommand: true }, "NotImplemented", /enableExecuteCommand/],
    [{ clientToken: "x".repeat(65) }, "InvalidParameterException", /1 to 64/],
    [{ startedBy: "a b" }, "InvalidParameterException", /startedBy/],
    [{ group: "service:web" }, "InvalidParameterException", /service:/],
    [{ propagateTags: "SERVICE" }, "InvalidParameterException", /SERVICE/],
  ];
  for (const [changes, code, message] of refused)
    t.throws(() => checkRunTask({ taskDefinition: "web", ...changes }), { code, message });
  t.equal(checkRunTask({ taskDefinition: "web" }), 1);
});

t.test("placement of a run is read as AWS takes it", async (t) => {
  t.same(
    readStrategies([
      { type: "binpack", field: "MEMORY" },
      { type: "spread", field: "host" },
      { type: "spread", field: "attribute:ecs.availability-zone" },
      { type: "random" },
    ]),
    [
      { type: "binpack", field: "memory" },
      { type: "spread", field: "instanceId" },
      { type: "spread", field: "attribute:ecs.availability-zone" },
      { type: "random" },
    ],
  );
  t.throws(() => readStrategies([{ type: "binpack", field: "disk" }]), { message: /cpu or memory, not 'disk'/ });
  t.throws(() => readStrategies([{ type: "spread", field: "zone" }]), { message: /attribute:NAME/ });
  t.throws(() => readStrategies(Array.from({ length: 6 }, () => ({ type: "random" as const }))), {
    message: /At most 5/,
  });
  t.throws(() => readConstraints([], [{ type: "distinctInstance", expression: "x" }]), {
    message: /cannot be specified/,
  });
  t.throws(
    () => readConstraints([], [{ type: "memberOf", expression: "runningTasksCount >" }]),
    { message: /column/ },
    "it says where",
  );
});

t.test("containers are told on what they run: on Fargate the region too, as its agent tells it", async (t) => {
  const told = (on: "EC2" | "FARGATE", changes: Partial<ecs.ContainerDefinition> = {}) =>
    asTaskSpec(
      { family: "web", revision: 7 },
      members({ containerDefinitions: [web(changes)] }),
      { ...SCOPE, name: "default" },
      on,
    ).containers[0]?.environment;
  t.same(told("EC2"), { AWS_EXECUTION_ENV: "AWS_ECS_EC2" });
  t.same(told("FARGATE"), {
    AWS_EXECUTION_ENV: "AWS_ECS_FARGATE",
    AWS_REGION: SCOPE.region,
    AWS_DEFAULT_REGION: SCOPE.region,
  });
  const own = { environment: [{ name: "AWS_REGION", value: "eu-west-1" }] };
  t.match(told("FARGATE", own), { AWS_REGION: "eu-west-1" }, "what the definition says comes first");
});
