import t from "tap";
import { anEcsWorld } from "../support/ecs-world.ts";

const GROUP = { autoScalingGroupArn: "machines" };

t.test("FARGATE and FARGATE_SPOT are always there", async (t) => {
  const { call } = await anEcsWorld(t);
  const { capacityProviders } = await call("DescribeCapacityProviders", {});
  t.match(capacityProviders, [
    { name: "FARGATE", status: "ACTIVE", capacityProviderArn: /:capacity-provider\/FARGATE$/ },
    { name: "FARGATE_SPOT", status: "ACTIVE" },
  ]);
  await t.rejects(call("DeleteCapacityProvider", { capacityProvider: "FARGATE" }), { code: "ClientException" });
});

t.test(
  "a capacity provider is made, described, tagged, used by a cluster, and deleted once no cluster has it",
  async (t) => {
    const { call } = await anEcsWorld(t);
    const { capacityProvider } = await call("CreateCapacityProvider", {
      name: "machines",
      autoScalingGroupProvider: GROUP,
      tags: [{ key: "team", value: "blue" }],
    });
    const arn = capacityProvider?.capacityProviderArn ?? "";
    t.match(arn, /^arn:aws:ecs:us-east-1:000000000000:capacity-provider\/machines$/);
    await t.rejects(call("CreateCapacityProvider", { name: "machines", autoScalingGroupProvider: GROUP }), {
      code: "ClientException",
      message: /already exists/,
    });
    await call("TagResource", { resourceArn: arn, tags: [{ key: "size", value: "small" }] });
    const described = await call("DescribeCapacityProviders", { capacityProviders: [arn, "none"], include: ["TAGS"] });
    t.match(described.capacityProviders, [
      { name: "machines", autoScalingGroupProvider: GROUP, tags: [{ key: "team" }, { key: "size" }] },
    ]);
    t.match(described.failures, [{ arn: /capacity-provider\/none$/, reason: "MISSING" }]);

    const put = await call("PutClusterCapacityProviders", {
      cluster: "default",
      capacityProviders: ["machines", "FARGATE"],
      defaultCapacityProviderStrategy: [{ capacityProvider: "machines", weight: 1 }],
    });
    t.match(put.cluster, {
      capacityProviders: ["machines", "FARGATE"],
      defaultCapacityProviderStrategy: [{ capacityProvider: "machines", weight: 1, base: 0 }],
    });
    await t.rejects(call("DeleteCapacityProvider", { capacityProvider: "machines" }), {
      code: "ClientException",
      message: /associated with cluster: default/,
    });
    await call("PutClusterCapacityProviders", {
      cluster: "default",
      capacityProviders: [],
      defaultCapacityProviderStrategy: [],
    });
    const deleted = await call("DeleteCapacityProvider", { capacityProvider: "machines" });
    t.match(deleted.capacityProvider, { status: "INACTIVE", updateStatus: "DELETE_COMPLETE" });
    await t.rejects(call("UpdateCapacityProvider", { name: "machines", autoScalingGroupProvider: {} }), {
      code: "ClientException",
      message: /does not exist/,
    });
  },
);

t.test("a cluster is made with capacity providers and a default strategy over them", async (t) => {
  const { call } = await anEcsWorld(t);
  const { cluster } = await call("CreateCluster", {
    clusterName: "serverless",
    capacityProviders: ["FARGATE", "FARGATE_SPOT"],
    defaultCapacityProviderStrategy: [{ capacityProvider: "FARGATE_SPOT", weight: 1 }],
  });
  t.match(cluster, { capacityProviders: ["FARGATE", "FARGATE_SPOT"] });
  const { capacityProviders = [] } = await call("DescribeCapacityProviders", { cluster: "serverless" });
  t.strictSame(
    capacityProviders.map(({ name }) => name),
    ["FARGATE", "FARGATE_SPOT"],
  );
  await t.rejects(call("CreateCluster", { clusterName: "odd", capacityProviders: ["none"] }), {
    code: "InvalidParameterException",
    message: /does not exist/,
  });
});
