import { createHash } from "node:crypto";
import { once } from "node:events";
import { request } from "node:http";
import { buffer } from "node:stream/consumers";

export interface RegistryQuestion {
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
  readonly token?: string;
}

export interface RegistryAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly bytes: Buffer;
}

export const OCI = "application/vnd.oci.image.manifest.v1+json";
export const INDEX = "application/vnd.oci.image.index.v1+json";
export const DOCKER = "application/vnd.docker.distribution.manifest.v2+json";
export const LIST = "application/vnd.docker.distribution.manifest.list.v2+json";

export const digestOf = (bytes: string | Buffer): string =>
  `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

/** The first error of an answer in the registry's shape. */
export const errorOf = ({ bytes }: RegistryAnswer) =>
  (JSON.parse(bytes.toString()) as { errors: { code: string; message: string; detail?: unknown }[] }).errors[0]!;

export const basicAuth = (token: string): string => `Basic ${Buffer.from(`AWS:${token}`).toString("base64")}`;

/** Plain HTTP to a registry on this machine, as anybody's client could speak it. */
export const registryClient = (port: number, usualToken: string) => {
  const ask = async (
    method: string,
    path: string,
    { headers = {}, body, token = usualToken }: RegistryQuestion = {},
  ): Promise<RegistryAnswer> => {
    const asked = request({
      port,
      host: "127.0.0.1",
      method,
      path,
      headers: { authorization: basicAuth(token), ...headers },
    });
    asked.end(body);
    const [answer] = await once(asked, "response");
    return { status: answer.statusCode, headers: answer.headers, bytes: await buffer(answer) };
  };

  /** A blob in one request; answers its digest. */
  const upload = async (bytes: string | Buffer, name: string): Promise<string> => {
    const digest = digestOf(bytes);
    const answer = await ask("POST", `/v2/${name}/blobs/uploads/?digest=${digest}`, { body: bytes });
    if (answer.status !== 201) throw new Error(`${answer.status} ${answer.bytes}`);
    return digest;
  };

  /** The manifest of an image about `text`, whose blobs are uploaded. */
  const manifestOf = async (
    text: string,
    name: string,
    { type = OCI, ...more }: { type?: string; subject?: object; artifactType?: string } = {},
  ): Promise<string> => {
    const [config, layer] = [`{"about":"${text}"}`, `layer of ${text}`];
    const kind = type === DOCKER ? "application/vnd.docker" : "application/vnd.oci.image";
    return JSON.stringify({
      schemaVersion: 2,
      mediaType: type,
      config: { mediaType: `${kind}.config.v1+json`, digest: await upload(config, name), size: config.length },
      layers: [{ mediaType: `${kind}.layer.v1.tar+gzip`, digest: await upload(layer, name), size: layer.length }],
      ...more,
    });
  };

  const put = (name: string, reference: string, manifest: string, type = OCI): Promise<RegistryAnswer> =>
    ask("PUT", `/v2/${name}/manifests/${reference}`, { body: manifest, headers: { "content-type": type } });

  return { ask, upload, manifestOf, put };
};
