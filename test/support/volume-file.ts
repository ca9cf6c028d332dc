import { buffer } from "node:stream/consumers";
import type Docker from "dockerode";

const BLOCK = 512;

/** The first file of a tar archive. */
const firstFile = (archive: Buffer): string => {
  const size = Number.parseInt(archive.subarray(124, 136).toString("latin1"), 8);
  return archive.subarray(BLOCK, BLOCK + size).toString("utf8");
};

/** What a file of an engine's volume holds; empty where there is none. Read through a container that is never started. */
export const volumeFile = async (docker: Docker, volume: string, file: string): Promise<string> => {
  const reader = await docker.createContainer({
    Image: "berth/busybox",
    HostConfig: { Binds: [`${volume}:/volume`] },
  });
  try {
    return firstFile(await buffer(await reader.getArchive({ path: `/volume/${file}` })));
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return "";
    throw error;
  } finally {
    await reader.remove();
  }
};
