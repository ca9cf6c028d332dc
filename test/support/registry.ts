import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { ECR } from "@aws-sdk/client-ecr";
import { aBerth, type BerthUser, type TestBerth } from "./berth.ts";
import { registryClient } from "./registry-client.ts";
import { type Login, type TinyImages, tinyImages } from "./tiny-images.ts";

/** A Berth with a registry that images are pushed to and pulled from. */
export interface TestRegistry {
  readonly berth: TestBerth;
  /** `localhost:PORT`. */
  readonly host: string;
  readonly ecr: ECR;
  /** With a token of GetAuthorizationToken. */
  readonly login: Login;
  readonly images: TinyImages;
  readonly client: ReturnType<typeof registryClient>;
  /** Tags by image digest, as DescribeImages tells them. */
  listed(repositoryName: string): Promise<Record<string, string[]>>;
}

/** Starts a Berth with a registry; its images are taken off the engine with the test. */
export const aRegistry = async (t: BerthUser, options: Parameters<typeof aBerth>[1] = {}): Promise<TestRegistry> => {
  const berth = await aBerth(t, { ...options, registry: true });
  const { accessKeyId, secretAccessKey } = berth.keys;
  const ecr = new ECR({
    endpoint: berth.url,
    region: "us-east-1",
    credentials: { accessKeyId, secretAccessKey },
    maxAttempts: 5,
  });
  const images = tinyImages(berth.engine.docker);
  const host = `localhost:${berth.setting.registryPort}`;
  t.teardown(async () => {
    ecr.destroy();
    await berth.plane().kill();
    await berth.engine.clear();
    await images.clear(host);
  });
  const password = await tokenOf(ecr);
  return {
    berth,
    host,
    ecr,
    images,
    login: { username: "AWS", password, serveraddress: host },
    client: registryClient(berth.setting.registryPort, password),
    async listed(repositoryName) {
      const { imageDetails = [] } = await ecr.describeImages({ repositoryName });
      return Object.fromEntries(
        imageDetails.map(({ imageDigest, imageTags = [] }) => [imageDigest, imageTags.toSorted()]),
      );
    },
  };
};

const tokenOf = async (ecr: ECR): Promise<string> => {
  const { authorizationData = [] } = await ecr.getAuthorizationToken({});
  const text = Buffer.from(authorizationData[0]?.authorizationToken ?? "", "base64").toString();
  return text.slice("AWS:".length);
};

const run = promisify(execFile);

/** Runs skopeo; throws with what it says. */
export const skopeo = async (...words: string[]): Promise<string> => (await run("skopeo", words)).stdout;

/** Why skopeo cannot be run here; `false` where it can. */
export const skopeoIsMissing = (): Promise<string | false> =>
  run("skopeo", ["--version"]).then(
    () => false,
    () => "skopeo is not installed here",
  );
