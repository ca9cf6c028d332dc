import { existsSync } from "node:fs";
import { readText } from "./files.mjs";

/** @typedef {"engine" | "redis" | "registry"} Part */
/** @typedef {"macos" | "windows" | "debian" | "fedora" | "arch" | "alpine" | "linux"} System */

/** How a person gets a part that is missing, on each system that Berth cannot install it on by itself. */
const HOW = /** @type {Record<Part, Record<System, string>>} */ ({
  engine: {
    macos: "install and start Docker Desktop (brew install --cask docker, then open it once)",
    windows: "run Berth inside WSL2 (wsl --install), with Docker Desktop's WSL integration on or as root on Ubuntu",
    debian:
      "run this as root once (sudo), and Berth installs and starts one; or: sudo apt-get install docker.io, and add yourself to the group docker",
    fedora: "sudo dnf install moby-engine && sudo systemctl start docker, and add yourself to the group docker",
    arch: "sudo pacman -S docker && sudo systemctl start docker, and add yourself to the group docker",
    alpine: "apk add docker && rc-service docker start",
    linux: "install Docker Engine (https://docs.docker.com/engine/install/) and start it",
  },
  redis: {
    macos: "brew install redis",
    windows: "run Berth inside WSL2 (wsl --install)",
    debian: "sudo apt-get install redis-server",
    fedora: "sudo dnf install redis",
    arch: "sudo pacman -S redis",
    alpine: "apk add redis",
    linux: "install Redis 7 or newer so that redis-server is on PATH",
  },
  registry: {
    macos: "brew install distribution",
    windows: "run Berth inside WSL2 (wsl --install)",
    debian: "sudo apt-get install docker-registry",
    fedora: "sudo dnf install docker-distribution",
    arch: "sudo pacman -S docker-registry-distribution, or put the program registry of the Distribution project on PATH",
    alpine: "apk add docker-registry",
    linux:
      "put the program registry of the Distribution project (https://distribution.github.io/distribution/) on PATH",
  },
});

/** @returns {System} */
export function thisSystem() {
  if (process.platform === "darwin") return "macos";
  if (process.platform === "win32") return "windows";
  if (existsSync("/etc/debian_version")) return "debian";
  const release = readText("/etc/os-release") ?? "";
  const family = (/** @type {string} */ word) => new RegExp(`^ID(_LIKE)?=.*\\b${word}\\b`, "m").test(release);
  if (family("fedora") || family("rhel")) return "fedora";
  if (family("arch")) return "arch";
  if (family("alpine")) return "alpine";
  return "linux";
}

/**
 * @param {Part} part
 * @param {System} [system]
 */
export const howToGet = (part, system = thisSystem()) => HOW[part][system];
