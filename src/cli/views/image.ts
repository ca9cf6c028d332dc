import type { ImageDetail } from "@aws-sdk/client-ecr";
import type { PackageAnswer } from "../answers.ts";
import type { Manifest } from "../images/manifest.ts";
import { table } from "./table.ts";
import { ago, bytes, counted, shortDigest } from "./words.ts";

/** What is installed in an image, or why that cannot be told. */
export type PackagesSight = { readonly packages: readonly PackageAnswer[] } | { readonly unknown: string };

const headOf = ({ repositoryName, imageTags = [], imageDigest }: ImageDetail): string =>
  imageTags.length > 0
    ? `${repositoryName}, tagged ${imageTags.join(", ")}`
    : `${repositoryName}@${shortDigest(imageDigest)}, without a tag`;

const factsOf = (image: ImageDetail, now: number): string => {
  const pulled = ago(image.lastRecordedPullTime, now);
  return [
    `pushed ${ago(image.imagePushedAt, now)} ago`,
    pulled ? `last pulled ${pulled} ago` : "never pulled",
    ...(image.imageSizeInBytes === undefined ? [] : [`${bytes(image.imageSizeInBytes)} compressed`]),
  ].join(", ");
};

const rowsOf = ({ config, layers = [], manifests = [], subject }: Manifest): (string | undefined)[][] => {
  const row = (part: string, { digest, size, mediaType }: NonNullable<Manifest["config"]>) => [
    part,
    shortDigest(digest),
    bytes(size),
    mediaType,
  ];
  return [
    ...(config ? [row("config", config)] : []),
    ...layers.map((layer, index) => row(`layer ${index + 1}`, layer)),
    ...manifests.map((one) => row(platformOf(one.platform), one)),
    ...(subject ? [row("refers to", subject)] : []),
  ];
};

type Platform = NonNullable<Manifest["manifests"]>[number]["platform"];
const platformOf = (platform: Platform): string =>
  platform ? [platform.os, platform.architecture, platform.variant].filter(Boolean).join("/") : "manifest";

const packagesText = (sight: PackagesSight): string => {
  if ("unknown" in sight) return `Its packages cannot be told: ${sight.unknown}`;
  const { packages } = sight;
  if (packages.length === 0) return "No packages of dpkg or apk are installed in it.";
  const rows = packages.map(({ name, version, architecture }) => [name, version, architecture]);
  return `${counted(packages.length, "package")} installed:\n\n${table(["PACKAGE", "VERSION", "ARCHITECTURE"], rows)}`;
};

/** One image: what it is, what its manifest names and what is installed in it. */
export const imageText = (detail: ImageDetail, manifest: Manifest, packages: PackagesSight, now: number): string =>
  [
    headOf(detail),
    detail.imageDigest,
    factsOf(detail, now),
    detail.imageManifestMediaType,
    "",
    table(["PART", "DIGEST", "SIZE", "MEDIA TYPE"], rowsOf(manifest)),
    "",
    packagesText(packages),
  ].join("\n");
