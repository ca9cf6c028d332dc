import { createHash } from "node:crypto";

/** That many hexadecimal digits, the same ones for the same words. */
export const derivedHex = (digits: number, ...words: readonly string[]): string =>
  createHash("sha256").update(words.join("\n")).digest("hex").slice(0, digits);

/** A host's ids in ECS's forms, kept over restarts: `instanceId` of 32 hexadecimal digits and `ec2InstanceId` `i-` with 17. */
export const hostIdentity = (installation: string, host: string): { instanceId: string; ec2InstanceId: string } => ({
  instanceId: derivedHex(32, "container-instance", installation, host),
  ec2InstanceId: `i-${derivedHex(17, "ec2-instance", installation, host)}`,
});
