import type { ParameterTier, ParameterType } from "@aws-sdk/client-ssm";
import { type Scope, scopeKey } from "../../kernel/scope.ts";
import type { Tags } from "./tags.ts";

// Values stand here as the vault sealed them, and nowhere in any other form. Times are milliseconds since 1970.

/** One version of a parameter, with what the parameter was then. */
export interface ParameterVersion {
  readonly version: number;
  readonly sealed: string;
  readonly type: ParameterType;
  readonly tier: Exclude<ParameterTier, "Intelligent-Tiering">;
  readonly description?: string;
  readonly allowedPattern?: string;
  readonly labels: readonly string[];
  readonly modifiedAt: number;
  /** ARN of who put it. */
  readonly modifiedBy: string;
}

/** A parameter with its history, the oldest version first; there always is one. */
export interface ParameterRecord extends Scope {
  readonly name: string;
  readonly versions: readonly ParameterVersion[];
  readonly tags: Tags;
}

/** One version of a secret. One without stages is deprecated. */
export interface SecretVersion {
  /** The ClientRequestToken that made it. */
  readonly id: string;
  readonly sealed: string;
  /** Whether it was given as bytes. */
  readonly binary: boolean;
  readonly createdAt: number;
  readonly stages: readonly string[];
}

/** A secret with its versions, the oldest first. */
export interface SecretRecord extends Scope {
  readonly name: string;
  /** Six random characters at the end of its ARN: another secret of that name has others. */
  readonly suffix: string;
  readonly description?: string;
  readonly createdAt: number;
  readonly changedAt: number;
  readonly versions: readonly SecretVersion[];
  readonly tags: Tags;
  /** It is to be deleted, and gone from `dueAt` on. */
  readonly deletion?: { readonly requestedAt: number; readonly dueAt: number };
}

/** `000000000000/us-east-1/NAME`, for parameters and secrets alike. */
export const recordId = (scope: Scope, name: string): string => `${scopeKey(scope)}/${name}`;
export const recordTerms = (scope: Scope): string[] => [`scope:${scopeKey(scope)}`];

/** What a parameter's version is sealed for: it opens as nothing else. */
export const aboutParameter = (scope: Scope, name: string, version: number): string =>
  `parameter ${recordId(scope, name)}:${version}`;

/** What a secret's version is sealed for. */
export const aboutSecret = ({ suffix, ...record }: Scope & { name: string; suffix: string }, version: string): string =>
  `secret ${recordId(record, record.name)}-${suffix}:${version}`;
