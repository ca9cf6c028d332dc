/** A package that an image is made of, as its distribution names it. */
export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
}

/** Files that tell what is installed: Debian's, in one file or (distroless) one for each package, and Alpine's. */
export const DPKG_STATUS = "var/lib/dpkg/status";
export const DPKG_STATUS_FOLDER = "var/lib/dpkg/status.d/";
export const APK_INSTALLED = "lib/apk/db/installed";

/** Packages of a dpkg status file that are installed now; what was removed and left its configuration is not. */
export const dpkgPackages = (text: string): InstalledPackage[] =>
  paragraphs(text).flatMap((lines) => {
    const field = (name: string) => fieldOf(lines, `${name}: `);
    const [name, version, status] = [field("Package"), field("Version"), field("Status")];
    const isInstalled = status === undefined || status.endsWith(" installed");
    if (name === undefined || version === undefined || !isInstalled) return [];
    return [{ name, version, architecture: field("Architecture") ?? "" }];
  });

/** Packages of apk's data base. */
export const apkPackages = (text: string): InstalledPackage[] =>
  paragraphs(text).flatMap((lines) => {
    const [name, version] = [fieldOf(lines, "P:"), fieldOf(lines, "V:")];
    return name === undefined || version === undefined
      ? []
      : [{ name, version, architecture: fieldOf(lines, "A:") ?? "" }];
  });

const paragraphs = (text: string): string[][] =>
  text.split(/\n[ \t]*\n/).map((paragraph) => paragraph.split("\n").map((line) => line.trimEnd()));

const fieldOf = (lines: readonly string[], prefix: string): string | undefined =>
  lines.find((line) => line.startsWith(prefix))?.slice(prefix.length);
