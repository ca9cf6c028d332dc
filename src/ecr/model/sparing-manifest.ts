/** The media type of a manifest that `sparingManifest` makes. */
export const SPARING_MEDIA_TYPE = "application/vnd.oci.image.manifest.v1+json";

/** A manifest that names blobs, of any kind, so that a collector spares them. It is nobody's image and never leaves the blob store. */
export const sparingManifest = (blobs: readonly { readonly digest: string; readonly size: number }[]): Buffer => {
  const descriptors = blobs.map(({ digest, size }) => ({
    mediaType: "application/vnd.oci.image.layer.v1.tar",
    digest,
    size,
  }));
  const [config] = descriptors;
  const type = "application/vnd.oci.image.config.v1+json";
  return Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: SPARING_MEDIA_TYPE,
      config: config && { ...config, mediaType: type },
      layers: descriptors,
    }),
  );
};
