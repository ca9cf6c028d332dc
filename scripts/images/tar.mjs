/**
 * @typedef {object} TarEntry
 * @property {string} path without a leading slash
 * @property {Buffer} [content] a file's
 * @property {string} [linkTo] a symbolic link's
 * @property {number} [mode]
 */

const BLOCK = 512;

/**
 * A tar archive, the same bytes for the same entries: nothing of this machine's clock or users goes in, so that a layer
 * has one digest wherever it is made. An entry with neither content nor linkTo is a folder.
 * @param {readonly TarEntry[]} entries
 * @returns {Buffer}
 */
export function tarOf(entries) {
  const parts = entries.flatMap((entry) => {
    const content = entry.content ?? Buffer.alloc(0);
    return [headerOf(entry, content.length), content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
}

/**
 * @param {TarEntry} entry
 * @param {number} size
 */
function headerOf({ path, content, linkTo, mode }, size) {
  const [type, usualMode] = content ? ["0", 0o644] : linkTo ? ["2", 0o777] : ["5", 0o755];
  if (Buffer.byteLength(path) > 100 || Buffer.byteLength(linkTo ?? "") > 100)
    throw new Error(`A path is too long for tar: ${path}`);
  const header = Buffer.alloc(BLOCK);
  header.write(path, 0);
  const octal = (/** @type {number} */ value, /** @type {number} */ at, /** @type {number} */ width) =>
    header.write(`${value.toString(8).padStart(width - 1, "0")}\0`, at);
  octal(mode ?? usualMode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(0, 136, 12);
  header.write("        ", 148);
  header.write(type, 156);
  header.write(linkTo ?? "", 157);
  header.write("ustar\x0000", 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return header;
}
