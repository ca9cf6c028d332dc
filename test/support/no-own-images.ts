import type { OwnImages } from "../../src/fleet/ports.ts";

/** A registry in which nothing is. */
export const noOwnImages: OwnImages = {
  pathOf: ({ account = "000000000000", region = "us-east-1", repository }) => `${account}.${region}/${repository}`,
  find: async ({ repository }) => ({
    type: "missing",
    what: `The repository with name '${repository}' does not exist`,
  }),
  credentials: (_image, serveraddress) => ({ username: "AWS", password: "", serveraddress }),
  archive: async () => undefined,
};
