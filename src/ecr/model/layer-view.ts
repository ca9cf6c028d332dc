import { APK_INSTALLED, DPKG_STATUS, DPKG_STATUS_FOLDER } from "./package-list.ts";

const WHITEOUT = ".wh.";
const OPAQUE = ".wh..wh..opq";

/**
 * Which files of an image are looked at, from its topmost layer down: the first layer that has a file or takes it away decides. Layers say what they take
 * away by whiteouts: `.wh.NAME` for a file or folder, `.wh..wh..opq` for all that lower layers have in a folder (OCI image spec, "Whiteouts").
 */
export interface LayerView {
  /** Whether an entry of the layer that is being read is to be kept. */
  wants(path: string): boolean;
  /** An entry of the layer went by, kept or not. */
  saw(path: string): void;
  /** The layer has ended: what it said holds for those below. */
  endLayer(): void;
  /** Whether no lower layer can add anything. */
  isSettled(): boolean;
}

/** A tar entry's path as layers are compared by: without `./` and `/` before it. */
export const plainPath = (path: string): string => path.replace(/^(\.?\/)+/, "");

export const layerView = (): LayerView => {
  /** Files that a layer above has, and files and folders that one takes away; a folder ends in a slash. */
  const covered = new Set<string>();
  let next: string[] = [];
  const isCovered = (path: string): boolean =>
    [...covered].some((one) => path === one || path.startsWith(one.endsWith("/") ? one : `${one}/`));
  return {
    wants: (path) => {
      const plain = plainPath(path);
      const isOne = plain === DPKG_STATUS || plain === APK_INSTALLED || isOfFolder(plain);
      return isOne && !isCovered(plain);
    },
    saw(path) {
      const plain = plainPath(path);
      const at = plain.lastIndexOf("/") + 1;
      const [folder, name] = [plain.slice(0, at), plain.slice(at)];
      if (name === OPAQUE) next.push(folder);
      else if (name.startsWith(WHITEOUT)) next.push(folder + name.slice(WHITEOUT.length));
      else if (plain === DPKG_STATUS || plain === APK_INSTALLED || isOfFolder(plain)) next.push(plain);
    },
    endLayer() {
      for (const one of next) covered.add(one);
      next = [];
    },
    isSettled: () => isCovered(DPKG_STATUS) && isCovered(APK_INSTALLED) && isCovered(DPKG_STATUS_FOLDER),
  };
};

// Beside each package's file distroless keeps its checksums.
const isOfFolder = (path: string): boolean =>
  path.startsWith(DPKG_STATUS_FOLDER) && path.length > DPKG_STATUS_FOLDER.length && !path.endsWith(".md5sums");
