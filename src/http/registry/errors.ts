/** A refusal in the registry's own words: its code, who is at fault by the status, and headers that help. */
export class DoorError extends Error {
  override readonly name = "DoorError";
  readonly status: number;
  readonly code: string;
  readonly detail: unknown;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: string,
    message: string,
    more: { readonly detail?: unknown; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.detail = more.detail;
    this.headers = more.headers ?? {};
  }
}

/** Who asks is not known, or not to this repository; the challenge tells how to come back. */
export const unauthorized = (host: string): DoorError =>
  new DoorError(401, "UNAUTHORIZED", "Not authorized: log in again, aws ecr get-login-password | docker login", {
    headers: { "www-authenticate": `Basic realm="https://${host}/",service="ecr.amazonaws.com"` },
  });

export const nameInvalid = (name: string): DoorError =>
  new DoorError(
    400,
    "NAME_INVALID",
    `"${name}" is no repository's name: lower-case letters and digits, with . _ - / between`,
  );

export const digestInvalid = (digest: string): DoorError =>
  new DoorError(400, "DIGEST_INVALID", "provided digest did not match uploaded content", { detail: { digest } });

export const blobUnknown = (digest: string): DoorError =>
  new DoorError(404, "BLOB_UNKNOWN", "blob unknown to registry", { detail: { digest } });

export const uploadUnknown = (id: string): DoorError =>
  new DoorError(404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry; begin it again", { detail: { id } });

export const manifestUnknown = (reference: string, name: string): DoorError =>
  new DoorError(404, "MANIFEST_UNKNOWN", `Requested image not found: ${reference} in ${name}`, {
    detail: { reference },
  });

export const unsupported = (message: string): DoorError => new DoorError(405, "UNSUPPORTED", message);
