import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, Server } from "node:net";
import type { EngineNamespace } from "./engine-namespace.ts";

// A socket stays in the namespace in which it was made, whoever holds it later: this process makes it, hands it over and ends.
const PROGRAM = `
const [host, port] = process.argv.slice(1);
require("node:net").createServer().on("error", ({ code, message }) => process.send({ code, message }, () => process.exit()))
  .listen(Number(port), host, function () { process.send({}, this, () => process.exit()); });
`;

/** Listens at an address of a namespace. Throws the listener's error, EADDRINUSE and EADDRNOTAVAIL among them. */
export const listenIn = async ({ file }: EngineNamespace, host: string, port: number): Promise<Server> => {
  if (file === undefined) {
    const server = createServer();
    server.listen(port, host);
    await once(server, "listening");
    return server;
  }
  const words = [`--net=${file}`, process.execPath, "-e", PROGRAM, host, String(port)];
  const child = spawn("nsenter", words, { stdio: ["ignore", "ignore", "ignore", "ipc"] });
  try {
    const [told, handle] = await Promise.race([
      once(child, "message"),
      once(child, "exit").then(([code]) => [{ code: "ENSENTER", message: `nsenter ended with ${code}` }]),
    ]);
    if (handle instanceof Server) return handle;
    throw Object.assign(new Error(`${host}:${port}: ${told.message}`), { code: told.code });
  } finally {
    if (child.connected) child.disconnect();
  }
};
