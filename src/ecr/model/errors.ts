import { ApiError } from "../../kernel/errors.ts";
import type { RepositoryRef } from "./repository.ts";

/** A parameter that is not valid. */
export class InvalidParameterException extends ApiError {
  readonly code = "InvalidParameterException";
}

/** A parameter that is not valid, in the words ECR uses for all of them. */
export const invalidParameter = (member: string, constraint: string): InvalidParameterException =>
  new InvalidParameterException(`Invalid parameter at '${member}' failed to satisfy constraint: '${constraint}'`);

export class InvalidTagParameterException extends ApiError {
  readonly code = "InvalidTagParameterException";
}

export class TooManyTagsException extends ApiError {
  readonly code = "TooManyTagsException";
}

/** A repository policy denies it, or the token only pulls. */
export class AccessDeniedException extends ApiError {
  readonly code = "AccessDeniedException";
}

const named = ({ name, account }: RepositoryRef): string =>
  `'${name}' does not exist in the registry with id '${account}'`;

export class RepositoryNotFoundException extends ApiError {
  readonly code = "RepositoryNotFoundException";

  constructor(repository: RepositoryRef) {
    super(`The repository with name ${named(repository)}`);
  }
}

export class RepositoryAlreadyExistsException extends ApiError {
  readonly code = "RepositoryAlreadyExistsException";

  constructor({ name, account }: RepositoryRef) {
    super(`The repository with name '${name}' already exists in the registry with id '${account}'`);
  }
}

export class RepositoryNotEmptyException extends ApiError {
  readonly code = "RepositoryNotEmptyException";

  constructor({ name, account }: RepositoryRef) {
    super(
      `The repository with name '${name}' in registry with id '${account}' cannot be deleted because it still contains images`,
    );
  }
}

const withinRegistry = ({ name, account }: RepositoryRef): string =>
  `within the repository with name '${name}' in the registry with id '${account}'`;

export class ImageNotFoundException extends ApiError {
  readonly code = "ImageNotFoundException";

  constructor(repository: RepositoryRef, { digest, tag }: { digest?: string | undefined; tag?: string | undefined }) {
    const id = `{imageDigest:'${digest ?? "null"}', imageTag:'${tag ?? "null"}'}`;
    super(`The image with imageId ${id} does not exist ${withinRegistry(repository)}`);
  }
}

/** Another image has the immutable tag. */
export class ImageTagAlreadyExistsException extends ApiError {
  readonly code = "ImageTagAlreadyExistsException";

  constructor({ name }: RepositoryRef, tag: string) {
    super(
      `The image tag '${tag}' already exists in the '${name}' repository and cannot be overwritten because the tag is immutable.`,
    );
  }
}

export class ImageAlreadyExistsException extends ApiError {
  readonly code = "ImageAlreadyExistsException";

  constructor(repository: RepositoryRef, digest: string, tag: string | undefined) {
    const id = tag === undefined ? `digest '${digest}'` : `digest '${digest}' and tag '${tag}'`;
    super(
      `Image with ${id} already exists in the repository with name '${repository.name}' in registry with id '${repository.account}'`,
    );
  }
}

export class ImageDigestDoesNotMatchException extends ApiError {
  readonly code = "ImageDigestDoesNotMatchException";

  constructor(given: string, real: string) {
    super(`The provided image digest '${given}' does not match the image digest '${real}' of the manifest`);
  }
}

export class LayersNotFoundException extends ApiError {
  readonly code = "LayersNotFoundException";

  constructor(repository: RepositoryRef, digests: readonly string[]) {
    super(`Layers with digests '[${digests.join(", ")}]' do not exist ${withinRegistry(repository)}`);
  }
}

/** An index names manifests that the repository does not have. */
export class ReferencedImagesNotFoundException extends ApiError {
  readonly code = "ReferencedImagesNotFoundException";

  constructor(repository: RepositoryRef, digests: readonly string[]) {
    super(
      `Images with digests '[${digests.join(", ")}]' required for pushing image do not exist ${withinRegistry(repository)}`,
    );
  }
}

export class RepositoryPolicyNotFoundException extends ApiError {
  readonly code = "RepositoryPolicyNotFoundException";

  constructor({ name, account }: RepositoryRef) {
    super(
      `Repository policy does not exist for the repository with name '${name}' in the registry with id '${account}'`,
    );
  }
}

export class LifecyclePolicyNotFoundException extends ApiError {
  readonly code = "LifecyclePolicyNotFoundException";

  constructor({ name, account }: RepositoryRef) {
    super(
      `Lifecycle policy does not exist for the repository with name '${name}' in the registry with id '${account}'`,
    );
  }
}

export class LifecyclePolicyPreviewNotFoundException extends ApiError {
  readonly code = "LifecyclePolicyPreviewNotFoundException";

  constructor({ name, account }: RepositoryRef) {
    super(
      `Lifecycle policy preview does not exist for the repository with name '${name}' in the registry with id '${account}'`,
    );
  }
}

export class UploadNotFoundException extends ApiError {
  readonly code = "UploadNotFoundException";

  constructor({ name, account }: RepositoryRef, uploadId: string) {
    super(
      `The upload with id '${uploadId}' does not exist within the repository with name '${name}' in the registry with id '${account}'`,
    );
  }
}

/** A part that does not go on where the upload is. */
export class InvalidLayerPartException extends ApiError {
  readonly code = "InvalidLayerPartException";
  override readonly detail: Readonly<Record<string, unknown>>;

  constructor({ name, account }: RepositoryRef, uploadId: string, lastValidByteReceived: number) {
    super(
      "The layer part size is not valid, or the first byte specified is not consecutive to the last byte of a previous layer part upload.",
    );
    this.detail = { registryId: account, repositoryName: name, uploadId, lastValidByteReceived };
  }
}

/** The layer is not what its digest says. */
export class InvalidLayerException extends ApiError {
  readonly code = "InvalidLayerException";

  constructor(digest: string) {
    super(`The uploaded layer does not match the digest '${digest}'`);
  }
}

export class EmptyUploadException extends ApiError {
  readonly code = "EmptyUploadException";

  constructor() {
    super("The specified layer upload does not contain any layer parts.");
  }
}

export class LayerAlreadyExistsException extends ApiError {
  readonly code = "LayerAlreadyExistsException";

  constructor({ name, account }: RepositoryRef, digest: string) {
    super(
      `Layer with digest '${digest}' already exists in the repository with name '${name}' in registry with id '${account}'`,
    );
  }
}

/** What the client can mend by packing its image otherwise. */
export class UnsupportedImageTypeException extends ApiError {
  readonly code = "UnsupportedImageTypeException";
}
