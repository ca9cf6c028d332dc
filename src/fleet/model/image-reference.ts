/** An image of Berth's own registry, as a task names it. */
export interface OwnImage {
  readonly kind: "own";
  readonly account?: string;
  readonly region?: string;
  readonly repository: string;
  readonly tag: string;
  /** Given beside or instead of a tag, it alone says which image. */
  readonly digest?: string;
}

/** An image as a task names it: one of Berth's own registry, or any other, which the engine pulls by itself. */
export type ImageReference = OwnImage | { readonly kind: "foreign"; readonly reference: string };

const ECR_HOST = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/;
const SCOPED_PATH = /^(\d{12})\.([a-z0-9-]+)\/(.+)$/;

/**
 * `localhost:4510/app`, `localhost:4510/<account>.<region>/app`, `<account>.dkr.ecr.<region>.amazonaws.com/app` and `berth/…` are
 * Berth's own; any may end in `:tag`, `@digest` or both. A missing tag is `latest`.
 */
export const parseImageReference = (image: string, registry: string): ImageReference => {
  const slash = image.indexOf("/");
  const host = slash < 0 ? "" : image.slice(0, slash);
  const rest = image.slice(slash + 1);
  const ecr = ECR_HOST.exec(host);
  if (ecr) return { kind: "own", account: ecr[1]!, region: ecr[2]!, ...split(rest) };
  if (host === registry) {
    const scoped = SCOPED_PATH.exec(rest);
    return scoped
      ? { kind: "own", account: scoped[1]!, region: scoped[2]!, ...split(scoped[3]!) }
      : { kind: "own", ...split(rest) };
  }
  if (host === "berth") return { kind: "own", ...split(image) };
  return { kind: "foreign", reference: withTag(image) };
};

/** The registry of an image of others, as an engine knows its login: Docker Hub's where the name says none. */
export const registryOf = (image: string): string => {
  const [first = "", ...rest] = image.split("/");
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  return isHost && first !== "docker.io" ? first : "https://index.docker.io/v1/";
};

const split = (path: string): { repository: string; tag: string; digest?: string } => {
  const [name = "", digest] = path.split("@");
  const [repository = "", tag = "latest"] = name.split(":");
  return { repository, tag, ...(digest !== undefined && { digest }) };
};

const withTag = (image: string): string => {
  const name = image.slice(image.lastIndexOf("/") + 1);
  return name.includes(":") || name.includes("@") ? image : `${image}:latest`;
};
