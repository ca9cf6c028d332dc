import { readFileSync, writeFileSync } from "node:fs";
import { runMain, say } from "./setup/say.mjs";

// To be run after `npm install` changed the lock file: npm leaves out what the registry did not offer to this platform, and then
// refuses `npm ci` for the missing entries. They come without a checksum.
const NAME =
  /-(android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32|aix)-([a-z0-9]+)(?:-(musl|gnu|gnueabihf|musleabihf|eabi|msvc))?$/;

await runMain(async () => {
  const lock = JSON.parse(readFileSync("package-lock.json", "utf8"));
  /** @type {Record<string, any>} */
  const { "": root, ...packages } = lock.packages;
  const added = Object.entries(packages).flatMap(([path, entry]) =>
    Object.entries(entry.optionalDependencies ?? {}).flatMap(([name, version]) => {
      const parsed = NAME.exec(name.replace("/", "-"));
      const known = packages[`${path}/node_modules/${name}`] ?? packages[`node_modules/${name}`];
      if (known || !parsed || !/^\d+\.\d+\.\d+$/.test(version)) return [];
      return [[`node_modules/${name}`, entryOf(entry, version, parsed)]];
    }),
  );
  const all = Object.entries({ ...packages, ...Object.fromEntries(added) }).sort(([a], [b]) =>
    a.localeCompare(b, "en"),
  );
  lock.packages = { "": root, ...Object.fromEntries(all) };
  writeFileSync("package-lock.json", `${JSON.stringify(lock, null, 2)}\n`);
  say(added.length === 0 ? "The lock file is complete." : `Added ${added.map(([path]) => path).join(", ")}.`);
  return 0;
});

/**
 * @param {any} parent
 * @param {string} version
 * @param {RegExpExecArray} parsed
 */
function entryOf(parent, version, [, os, cpu, abi = ""]) {
  const libc = abi.startsWith("musl") ? ["musl"] : abi.startsWith("gnu") ? ["glibc"] : undefined;
  return {
    version,
    cpu: [cpu],
    ...(parent.dev && { dev: true }),
    ...(os === "linux" && libc && { libc }),
    optional: true,
    os: [os],
    ...(parent.engines?.node && { engines: { node: parent.engines.node } }),
  };
}
