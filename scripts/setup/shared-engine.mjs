import { mkdirSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { readJson, writeWhole } from "./files.mjs";

/**
 * Where the engine that Berth started on this machine is made known to a second Berth. Two engines in one network
 * namespace would hand out the same addresses on the same bridge. Only root starts one, so only root writes here.
 */
export const SHARED_ENGINE = "/run/berth/engine.json";

/** @param {string} dockerHost */
export function announceEngine(dockerHost) {
  mkdirSync(dirname(SHARED_ENGINE), { recursive: true, mode: 0o755 });
  writeWhole(SHARED_ENGINE, JSON.stringify({ dockerHost }));
}

/** @param {string} dockerHost */
export function withdrawEngine(dockerHost) {
  if (readJson(SHARED_ENGINE)?.dockerHost === dockerHost) rmSync(SHARED_ENGINE, { force: true });
}
