import { join } from "node:path";
import t from "tap";
import { knownKeys } from "../../src/adapters/docker/known-hosts.ts";
import { sshDialling } from "../../src/adapters/docker/ssh.ts";
import { readEnvironment } from "../../src/config/environment.ts";

const KEY = "AAAAC3NzaC1lZDI1NTE5AAAAIP48408GtrfAOY2gZKI1fTTUBZAostTcwH57Xp0Vs3Fw";
/** As `ssh-keygen -H` wrote `[10.1.2.3]:2222` and `build.example`. */
const HASHED = [
  `|1|vOE/ggFDGcyT1+cFkmRweB2WEGI=|uozpOqjrRSiqLdOF/tC6BSgfpr4= ssh-ed25519 ${KEY}`,
  `|1|Hxe0qaERlSO4++60S7i4VmagkPw=|jSeYJern4hphnh0RcneWOelvje0= ssh-ed25519 ${KEY}`,
].join("\n");

t.test("a machine is known by its name, hashed or not, and by its port where that is not ssh's own", async (t) => {
  const plain = `# comment\n[10.1.2.3]:2222 ssh-ed25519 ${KEY}\nbuild.example,10.1.2.4 ssh-rsa AAAA\n@revoked other ssh-rsa AAAA\n`;
  for (const file of [plain, HASHED]) {
    t.match(knownKeys(file, "10.1.2.3", 2222), [{ type: "ssh-ed25519", key: Buffer.from(KEY, "base64") }]);
    t.strictSame(knownKeys(file, "10.1.2.3", 22), []);
    t.equal(knownKeys(file, "build.example", 22).length, 1);
    t.strictSame(knownKeys(file, "other", 22), []);
  }
  t.equal(knownKeys(plain, "10.1.2.4", 22)[0]?.type, "ssh-rsa");
});

t.test("only the known key is accepted of a machine, and one that is unknown is not dialled", async (t) => {
  const knownHosts = join(t.testdir({ known_hosts: HASHED }), "known_hosts");
  const ssh = { agent: "/agent.sock", knownHosts };
  const dialling = sshDialling(new URL("ssh://me@10.1.2.3:2222"), ssh);
  t.match(dialling, { host: "10.1.2.3", port: 2222, username: "me", algorithms: { serverHostKey: ["ssh-ed25519"] } });
  const verify = dialling.hostVerifier as (key: Buffer) => boolean;
  t.ok(verify(Buffer.from(KEY, "base64")));
  t.notOk(verify(Buffer.from("another key")));
  t.throws(() => sshDialling(new URL("ssh://me@10.1.2.3"), ssh), {
    name: "EngineUnreachableError",
    message: `ssh://me@10.1.2.3 is not in ${knownHosts}: connect to it once with ssh me@10.1.2.3`,
  });
  t.throws(() => sshDialling(new URL("ssh://me@10.1.2.3"), undefined), /SSH_AUTH_SOCK names none/);
});

t.test("the ssh agent and the known hosts are the environment's", async (t) => {
  const env = { SSH_AUTH_SOCK: "/agent.sock", HOME: "/home/me" };
  t.match(readEnvironment(env, "/here"), { ssh: { agent: "/agent.sock", knownHosts: "/home/me/.ssh/known_hosts" } });
  t.notOk("ssh" in readEnvironment({ HOME: "/home/me" }, "/here"));
});
