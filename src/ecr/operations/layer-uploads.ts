import type { Caller } from "../../kernel/operation.ts";
import type { Stored } from "../../kernel/records.ts";
import { type AskedRepository, findRepository } from "../find-repository.ts";
import {
  EmptyUploadException,
  InvalidLayerException,
  InvalidLayerPartException,
  InvalidParameterException,
  LayerAlreadyExistsException,
  UploadNotFoundException,
} from "../model/errors.ts";
import { isDigest } from "../model/names.ts";
import { type RepositoryRecord, repositoryId } from "../model/repository.ts";
import type { EcrDeps, EcrOperations, LayerUpload } from "../ports.ts";
import { holdUpload } from "../upload-gate.ts";
import { named } from "./as-repository.ts";

/** What the caller is told to send at once, in bytes: as much as ECR tells. */
const PART_BYTES = 10_485_760;

/** Layers that come in parts over the API, as SDKs and Lambda's tools send them; docker goes through the registry's own door. */
export const layerUploadOperations = (
  deps: EcrDeps,
): EcrOperations<"InitiateLayerUpload" | "UploadLayerPart" | "CompleteLayerUpload"> => {
  const held = async <Answer>(work: () => Promise<Answer>): Promise<Answer> => {
    const release = await holdUpload(deps);
    try {
      return await work();
    } finally {
      release();
    }
  };

  const findUpload = async (
    asked: AskedRepository & { readonly uploadId: string },
    caller: Caller,
    action: string,
  ): Promise<{ repository: RepositoryRecord; upload: Stored<LayerUpload> }> => {
    const { repository } = await findRepository(deps, asked, caller, action);
    const [upload] = await deps.layerUploads.get([asked.uploadId]);
    if (upload?.value.repository !== repositoryId(repository))
      throw new UploadNotFoundException(repository, asked.uploadId);
    return { repository, upload };
  };

  return {
    async InitiateLayerUpload(asked, caller) {
      const { repository } = await findRepository(deps, asked, caller, "ecr:InitiateLayerUpload");
      const { id, offset, state } = await held(() => deps.store.uploads.begin(repository));
      const upload = { repository: repositoryId(repository), offset, state, startedAt: deps.clock.now() };
      await deps.layerUploads.create(id, upload);
      return { uploadId: id, partSize: PART_BYTES };
    },

    async UploadLayerPart({ partFirstByte, partLastByte, layerPartBlob, ...asked }, caller) {
      const { repository, upload } = await findUpload(asked, caller, "ecr:UploadLayerPart");
      const { id, version, value } = upload;
      const isWhole = partLastByte - partFirstByte + 1 === layerPartBlob.length && layerPartBlob.length > 0;
      if (partFirstByte !== value.offset || !isWhole)
        throw new InvalidLayerPartException(repository, id, value.offset - 1);
      // Claimed before it is sent: of two parts at once one is refused, and the bytes are not mixed.
      const claimed = await deps.layerUploads.replace(id, version, value);
      if (!claimed) throw new InvalidLayerPartException(repository, id, value.offset - 1);
      const now = await held(() =>
        deps.store.uploads.append(repository, { id, state: value.state }, Buffer.from(layerPartBlob)),
      );
      if (!now) throw new UploadNotFoundException(repository, id);
      const next = { ...value, offset: now.offset, state: now.state };
      if (!(await deps.layerUploads.replace(id, claimed.version, next)))
        throw new UploadNotFoundException(repository, id);
      return { ...named(repository), uploadId: id, lastByteReceived: now.offset - 1 };
    },

    async CompleteLayerUpload({ layerDigests, ...asked }, caller) {
      const { repository, upload } = await findUpload(asked, caller, "ecr:CompleteLayerUpload");
      const [digest = ""] = layerDigests;
      if (layerDigests.length !== 1 || !isDigest(digest))
        throw new InvalidParameterException("layerDigests must hold one digest, of SHA-256.");
      if (upload.value.offset === 0) throw new EmptyUploadException();
      const end = await held(async () => {
        if ((await deps.store.blobs.size(repository, digest)) !== undefined) {
          await deps.store.uploads.cancel(repository, { id: upload.id, state: upload.value.state });
          return "exists";
        }
        return deps.store.uploads.finish(repository, { id: upload.id, state: upload.value.state }, digest);
      });
      await deps.layerUploads.remove(upload.id);
      if (end === "exists") throw new LayerAlreadyExistsException(repository, digest);
      if (end === "unknown-upload") throw new UploadNotFoundException(repository, upload.id);
      if (end === "digest-invalid") throw new InvalidLayerException(digest);
      return { ...named(repository), uploadId: upload.id, layerDigest: digest };
    },
  };
};
