/** What a path of the registry's API names. */
export type Endpoint =
  | { readonly kind: "base" }
  | { readonly kind: "catalog" }
  | { readonly kind: "uploads"; readonly name: string }
  | { readonly kind: "upload"; readonly name: string; readonly id: string }
  | { readonly kind: "blob"; readonly name: string; readonly digest: string }
  | { readonly kind: "manifest"; readonly name: string; readonly reference: string }
  | { readonly kind: "tags"; readonly name: string }
  | { readonly kind: "referrers"; readonly name: string; readonly digest: string };

// The last part says what is asked: a repository's name may hold any of these words as well.
const PATTERNS: readonly (readonly [RegExp, (name: string, rest: string) => Endpoint])[] = [
  [/^(.+)\/blobs\/uploads\/?()$/, (name) => ({ kind: "uploads", name })],
  [/^(.+)\/blobs\/uploads\/([^/]+)$/, (name, id) => ({ kind: "upload", name, id })],
  [/^(.+)\/blobs\/([^/]+)$/, (name, digest) => ({ kind: "blob", name, digest })],
  [/^(.+)\/manifests\/([^/]+)$/, (name, reference) => ({ kind: "manifest", name, reference })],
  [/^(.+)\/tags\/list()$/, (name) => ({ kind: "tags", name })],
  [/^(.+)\/referrers\/([^/]+)$/, (name, digest) => ({ kind: "referrers", name, digest })],
];

/** Reads a path, without its query; `undefined`: no path of the API. */
export const endpointOf = (path: string): Endpoint | undefined => {
  if (path === "/v2" || path === "/v2/") return { kind: "base" };
  if (path === "/v2/_catalog") return { kind: "catalog" };
  if (!path.startsWith("/v2/")) return undefined;
  for (const [pattern, make] of PATTERNS) {
    const [whole, name, rest] = pattern.exec(path.slice("/v2/".length)) ?? [];
    if (whole === undefined) continue;
    return make(name!, decoded(rest!));
  }
  return undefined;
};

// Clients may encode the colon of a digest.
const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};
