import { createHash, timingSafeEqual } from "node:crypto";

/** Says whether an Authorization header bears the token, in a time that tells nothing about it. */
export const bearerCheck = (token: string): ((authorization: string | undefined) => boolean) => {
  if (token === "") throw new Error("the token of /api is empty");
  // Digests have equal lengths, which timingSafeEqual demands, and hide the token's own.
  const expected = digest(token);
  return (authorization) => {
    const given = /^Bearer +(\S+) *$/i.exec(authorization ?? "")?.[1];
    return given !== undefined && timingSafeEqual(digest(given), expected);
  };
};

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
