import type { Test } from "tap";
import type { ContainerId } from "../../src/fleet/model/ids.ts";
import { exited, hasSpoken, linesOf } from "../support/engine-waits.ts";
import type { EngineWorld } from "../support/engine-world.ts";

const shell = (script: string) => ({ command: ["sh", "-c", script] });

/** What only a real engine shows: that a plan's members reach the kernel. */
export const dockerRules = (t: Test, world: EngineWorld): void => {
  const { engine, plan, labels, name } = world;
  const rule = (what: string, check: (t: Test) => Promise<void>) => t.test(what, { buffered: true }, check);
  const started = async (...args: Parameters<typeof plan>): Promise<ContainerId> => {
    const id = await engine.create(plan(...args));
    await engine.start(id);
    return id;
  };
  const textsOf = async (id: ContainerId) => (await linesOf(engine, id)).map(({ text }) => text);

  rule("identity, privileges and limits of a plan hold inside the container", async (t) => {
    const script = [
      "grep NoNewPrivs /proc/self/status | tr -d '\\t'",
      "grep CapEff /proc/self/status | cut -f2 | sed 's/^/caps /'",
      "touch /made 2>/dev/null && echo writable || echo read-only",
      "touch /scratch/made && echo scratch is writable",
      "df -m /scratch | tail -1 | awk '{print \"scratch MiB \" $2}'",
      'echo "$(id -u) $(pwd) $(hostname) $GREETING"',
      "echo files $(ulimit -n)",
      "grep -c '10.9.8.7.*elsewhere' /etc/hosts",
      "sed 's/^/memory /' /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max 2>/dev/null",
      "sed 's/^/quota /' /sys/fs/cgroup/cpu/cpu.cfs_quota_us /sys/fs/cgroup/cpu.max 2>/dev/null",
      "sed 's/^/pids /' /sys/fs/cgroup/pids/pids.max /sys/fs/cgroup/pids.max 2>/dev/null",
      "true",
    ].join("\n");
    const id = await started("limits", {
      ...shell(script),
      readonlyRootFilesystem: true,
      tmpfs: [{ path: "/scratch", sizeMiB: 3, options: ["rw", "mode=1777"] }],
      user: "1234",
      workingDirectory: "/etc",
      hostname: "somewhere",
      network: "bridge",
      environment: { GREETING: "good day = good" },
      ulimits: [{ name: "nofile", soft: 100, hard: 200 }],
      extraHosts: [{ hostname: "elsewhere", ipAddress: "10.9.8.7" }],
      capabilitiesDrop: ["ALL"],
      memoryMiB: 24,
      cpuLimitUnits: 512,
      pidsLimit: 33,
    });
    const texts = await textsOf(id);
    t.match(texts.slice(0, 8), [
      "NoNewPrivs:1",
      "caps 0000000000000000",
      "read-only",
      "scratch is writable",
      "scratch MiB 3",
      "1234 /etc somewhere good day = good",
      "files 100",
      "1",
    ]);
    t.match(texts.slice(8), [/^memory 25165824/, /^quota 50000/, /^pids 33/], "limits");
  });

  rule("a health check is run and told of, and a container that was stopped is not called unhealthy", async (t) => {
    const watching = new AbortController();
    const { subscribed, events } = engine.watch({ ...labels, "berth.what": "checked" }, watching.signal);
    await subscribed;
    const check = { intervalSeconds: 1, timeoutSeconds: 30, retries: 9, startPeriodSeconds: 0 };
    const healthCheck = { command: ["CMD-SHELL", "test -e /proc/self"], ...check };
    const id = await started("checked", { ...shell("exec sleep 600"), healthCheck, initProcess: true });
    t.equal((await engine.inspect(id))?.health, "UNKNOWN");
    for await (const { action } of events) if (action.startsWith("health_status")) watching.abort();
    t.match(await engine.inspect(id), { health: "HEALTHY", healthCheckedAt: Number });
    await engine.stop(id, 0);
    t.match(await engine.inspect(id), { state: "exited", health: undefined });
  });

  rule(
    "containers of one network meet by alias and link, and the machine meets them at the published address",
    async (t) => {
      await engine.ensureNetwork({ name: name("met"), labels });
      const publish = [{ bindIp: "127.0.1.7", containerPort: 80, hostPort: 0, protocol: "tcp" } as const];
      const server = await started("server", {
        ...shell("mkdir /www; echo hello > /www/index.html; httpd -p 80 -h /www; echo up; exec tail -f /dev/null"),
        network: name("met"),
        networkAliases: ["web"],
        publish,
      });
      await hasSpoken(engine, server);
      const [binding] = (await engine.inspect(server))?.bindings ?? [];
      const answer = await fetch(`http://127.0.1.7:${binding!.hostPort}/`);
      t.equal(await answer.text(), "hello\n");
      const client = await started("client", {
        ...shell("echo by alias $(wget -qO- http://web/); echo by link $(wget -qO- http://db/)"),
        network: name("met"),
        links: [{ container: name("server"), alias: "db" }],
      });
      t.strictSame(await textsOf(client), ["by alias hello", "by link hello"]);
      await engine.stop(server, 0);
    },
  );

  rule("a volume outlives the container that wrote it, and is shared read-only", async (t) => {
    const volume = name("kept");
    await engine.ensureVolume({ name: volume, options: {}, labels });
    const binds = [{ from: { volume }, to: "/kept", readOnly: false }];
    const writer = await started("writer", { ...shell("echo kept > /kept/file"), binds });
    await exited(engine, writer);
    const reader = await started("reader", {
      ...shell("cat /kept/file; touch /kept/more 2>/dev/null || echo read-only"),
      volumesFrom: [{ container: name("writer"), readOnly: true }],
    });
    t.strictSame(await textsOf(reader), ["kept", "read-only"]);
    await t.rejects(
      engine.removeVolume(volume),
      { name: "EngineError", status: 409 },
      "a volume in use is not removed",
    );
  });

  rule("a line longer than the engine's buffer comes in parts, stderr beside it", async (t) => {
    const script = `head -c 40000 /dev/zero | tr '\\0' x; echo; echo oh >&2; printf 'no line break'`;
    const lines = await linesOf(engine, await started("long", shell(script)));
    const of = (stream: string) => lines.filter((line) => line.stream === stream);
    t.strictSame(
      of("stdout").map(({ text, partial }) => [text.length, partial]),
      [
        [16_384, true],
        [16_384, true],
        [7_232, false],
        [13, false],
      ],
    );
    t.match(of("stderr"), [{ text: "oh", partial: false }]);
  });

  rule("a terminal's output comes without frames and reads the same", async (t) => {
    const script = `echo first; head -c 20000 /dev/zero | tr '\\0' y; echo; tty`;
    const lines = await linesOf(engine, await started("terminal", { ...shell(script), pseudoTerminal: true }));
    t.equal(lines[0]?.text, "first");
    t.match(lines.at(-1), { text: /^\/dev\//, stream: "stdout", partial: false });
    t.equal(
      lines
        .slice(1, -1)
        .map(({ text }) => text)
        .join(""),
      "y".repeat(20_000),
    );
    t.ok(lines.every(({ at }) => /^\d{4}-.*\.\d{9}Z$/.test(at)));
  });

  rule("a health check is run and told", async (t) => {
    const watching = new AbortController();
    const { subscribed, events } = engine.watch({ ...labels, "berth.what": "healthy" }, watching.signal);
    await subscribed;
    const id = await started("healthy", {
      ...world.programs.serves(0),
      healthCheck: {
        command: ["CMD-SHELL", "true"],
        intervalSeconds: 1,
        timeoutSeconds: 2,
        retries: 1,
        startPeriodSeconds: 0,
      },
    });
    t.match(await engine.inspect(id), { health: /UNKNOWN|HEALTHY/ });
    for await (const { action } of events) if (action.startsWith("health_status")) watching.abort();
    t.match(await engine.inspect(id), { health: "HEALTHY" });
    await engine.stop(id, 0);
    t.match(
      await engine.inspect(id),
      { state: "exited", health: undefined },
      "Docker calls it unhealthy, for no check",
    );
  });
};
