import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { DecryptionFailure } from "../../secrets/model/errors.ts";
import type { Vault } from "../../secrets/ports.ts";

const CIPHER = "aes-256-gcm";
/** What GCM is made for. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * AES-256-GCM under one key of 32 bytes; `about` is authenticated with it. A sealed text is `v1.KEY.BASE64` of nonce, tag and
 * ciphertext; KEY is the beginning of the key's hash, so that another key is told from a forged text.
 */
export const aesVault = (key: Uint8Array, keptIn: string): Vault => {
  const keyId = createHash("sha256").update(key).digest("hex").slice(0, 8);
  return {
    seal(value, about) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, key, nonce).setAAD(Buffer.from(about));
      const hidden = Buffer.concat([cipher.update(value), cipher.final()]);
      return `v1.${keyId}.${Buffer.concat([nonce, cipher.getAuthTag(), hidden]).toString("base64")}`;
    },
    open(sealed, about) {
      const [form, sealedWith, text = ""] = sealed.split(".");
      if (form === "v1" && sealedWith !== keyId)
        throw new DecryptionFailure(
          `The value was encrypted with key ${sealedWith}, and ${keptIn} holds key ${keyId}: put back the file that this Redis was used with.`,
        );
      try {
        const bytes = Buffer.from(text, "base64");
        const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
          .setAAD(Buffer.from(about))
          .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
        return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
      } catch {
        throw new DecryptionFailure("The value in Redis is not what was encrypted: it was changed or moved there.");
      }
    },
  };
};
