import type { ImageDetail, Repository } from "@aws-sdk/client-ecr";
import type { Ecr } from "../ecr.ts";
import { allPages } from "../pages.ts";

/** All repositories of the account and region, by name. */
export const allRepositories = async (ecr: Ecr): Promise<Repository[]> => {
  const repositories = await allPages(
    (nextToken) => ecr.describeRepositories({ nextToken }),
    (page) => page.repositories,
  );
  return repositories.toSorted((a, b) => (a.repositoryName ?? "").localeCompare(b.repositoryName ?? ""));
};

/** All images of a repository, the newest push first. */
export const imagesOf = async (ecr: Ecr, repositoryName: string): Promise<ImageDetail[]> => {
  const images = await allPages(
    (nextToken) => ecr.describeImages({ repositoryName, nextToken }),
    (page) => page.imageDetails,
  );
  return images.toSorted((a, b) => (b.imagePushedAt?.getTime() ?? 0) - (a.imagePushedAt?.getTime() ?? 0));
};

/** `undefined`: there is none of that name. */
export const findRepository = async (ecr: Ecr, name: string): Promise<Repository | undefined> => {
  try {
    return (await ecr.describeRepositories({ repositoryNames: [name] })).repositories?.[0];
  } catch (error) {
    if ((error as Error).name === "RepositoryNotFoundException") return undefined;
    throw error;
  }
};
