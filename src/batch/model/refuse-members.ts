import type { ContainerProperties } from "@aws-sdk/client-batch";
import { refusedLogOption } from "../../ecs/index.ts";
import { ClientException } from "./errors.ts";
import { refusedMember } from "./members.ts";

type Shape = Parameters<typeof refusedMember>[0];

/** Throws ClientException, naming the member, for the first one given that nothing in Berth acts on. */
export const refuseMembers = (shape: Shape, value: object): void => {
  refuseFirst(refusedMember(shape, value), shape);
};

const refuseFirst = (refused: ReturnType<typeof refusedMember>, where: string): void => {
  if (refused) throw new ClientException(`'${refused.member}' of ${where} is refused: ${refused.because}.`);
};

/** The same for a container and all that stands in it. */
export const refuseContainerMembers = (container: ContainerProperties): void => {
  refuseMembers("containerProperties", container);
  for (const volume of container.volumes ?? []) refuseMembers("volumes", volume);
  if (container.linuxParameters) refuseMembers("linuxParameters", container.linuxParameters);
  if (!container.logConfiguration) return;
  refuseMembers("logConfiguration", container.logConfiguration);
  const { logDriver = "", options = {} } = container.logConfiguration;
  refuseFirst(refusedLogOption({ logDriver, options }), "logConfiguration");
};
