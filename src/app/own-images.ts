import { imageArchive } from "../adapters/distribution/image-archive.ts";
import type { OwnImage } from "../fleet/model/image-reference.ts";
import type { OwnImages } from "../fleet/ports.ts";
import type { RepositoryRef, Rules, Shelf } from "../http/registry/ports.ts";
import { ApiError } from "../kernel/errors.ts";
import type { Scope } from "../kernel/scope.ts";

export interface OwnImagesParts<Holder> {
  readonly rules: Pick<Rules<Holder>, "allow" | "holderOf" | "resolve">;
  /** As the door uses it: base images have one home, wherever they are asked for. */
  readonly shelf: Pick<Shelf, "blobs" | "manifests">;
  /** The account and region of names that say none. */
  readonly defaults: Scope;
  /** A token that pulls, of that account and region. */
  readonly pullToken: (scope: Scope) => string;
}

/** Berth's own registry as launches use it: the same rules as at its door, asked with a token that pulls. */
export const ownImages = <Holder>(parts: OwnImagesParts<Holder>): OwnImages => {
  const { rules, shelf, defaults, pullToken } = parts;
  const placeOf = ({ account = defaults.account, region = defaults.region, repository }: OwnImage): RepositoryRef => ({
    account,
    region,
    name: repository,
  });
  return {
    pathOf(image) {
      const { account, region, name } = placeOf(image);
      return `${account}.${region}/${name}`;
    },
    async find(image) {
      const place = placeOf(image);
      const missing = (what: string) => ({ type: "missing", what }) as const;
      try {
        const holder = rules.holderOf(pullToken(place));
        if (holder === undefined || !(await rules.allow(holder, place, "pull")))
          return missing(`the repository '${place.name}' may not be pulled from`);
        const digest = await rules.resolve(place, image.digest ?? image.tag);
        if (digest !== undefined) return { type: "found", digest };
        const id = image.digest === undefined ? `tag '${image.tag}'` : `digest '${image.digest}'`;
        return missing(
          `the repository with name '${place.name}' in the registry with id '${place.account}' has no image with ${id}`,
        );
      } catch (error) {
        if (error instanceof ApiError && error.fault === "client") return missing(error.message);
        throw error;
      }
    },
    credentials: (image, serveraddress) => ({
      username: "AWS",
      password: pullToken(placeOf(image)),
      serveraddress,
    }),
    archive: (image, digest, name, architecture) => imageArchive(shelf, placeOf(image), digest, name, architecture),
  };
};
