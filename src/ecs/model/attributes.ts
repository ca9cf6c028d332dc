import type { Attribute } from "@aws-sdk/client-ecs";
import { InvalidParameterException } from "./errors.ts";

const NAME = /^[\w./\\-]{1,128}$/;
/** No blank at either end. */
const VALUE = /^[\w./\\@:-]([\w./\\@: -]{0,126}[\w./\\@:-])?$/;

/** ECS's quota of own attributes of one container instance, and of attributes in one call. */
export const MAX_ATTRIBUTES = 10;

/** Those that Berth sets by itself: the engine's facts and the host's place. */
export const isBuiltIn = (name: string): boolean => name.startsWith("ecs.") || name.startsWith("com.amazonaws.ecs.");

/** Checks the name and value of an attribute. Throws InvalidParameterException. */
export const checkAttribute = ({ name = "", value }: Pick<Attribute, "name" | "value">): void => {
  if (!NAME.test(name)) throw new InvalidParameterException(`Invalid attribute name: '${name}'.`);
  if (value !== undefined && value !== "" && !VALUE.test(value))
    throw new InvalidParameterException(`Invalid value of attribute ${name}: '${value}'.`);
};
