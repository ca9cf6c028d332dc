import { Command } from "commander";
import type { Api } from "../api.ts";
import type { Ecs } from "../ecs.ts";
import { clusterServices } from "../find-services.ts";
import { clusterNames } from "../find-tasks.ts";
import type { Out } from "../out.ts";
import type { Session } from "../session.ts";
import { servicesTable } from "../views/services.ts";
import { redrawOnChange } from "../watch.ts";

interface ServicesOptions {
  readonly cluster?: string;
  readonly watch?: boolean;
  readonly json?: boolean;
}

/** The services of one cluster or all, as people or programs read them. */
export const servicesText = async (ecs: Ecs, { cluster, json, watch }: ServicesOptions): Promise<string> => {
  const clusters = cluster === undefined ? await clusterNames(ecs) : [cluster];
  const services = (await Promise.all(clusters.map((name) => clusterServices(ecs, name)))).flat();
  if (json) return JSON.stringify(services, null, watch ? undefined : 2); // one document a line while watching
  if (services.length === 0) return "No services. Make one with: aws ecs create-service";
  return servicesTable(services, Date.now());
};

/** Prints them once, or again at every change. */
export const services = async (
  deps: { ecs: Ecs; api: Api; out: Out; signal: AbortSignal },
  options: ServicesOptions,
): Promise<void> => {
  if (!options.watch) return deps.out.line(await servicesText(deps.ecs, options));
  await redrawOnChange(deps, "service,task", () => servicesText(deps.ecs, options));
};

export const servicesCommand = (session: Session): Command =>
  new Command("services")
    .description("list services")
    .option("--cluster <name>", "only this cluster's")
    .option("--watch", "a live view, until Ctrl-C")
    .option("--json", "print the services as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  berth services\n  berth services --watch\n  berth why web    what keeps one busy",
    )
    .action(async (options: ServicesOptions) => {
      const deps = { ecs: await session.ecs(), api: session.api(), out: session.out, signal: session.interrupted };
      await services(deps, options);
    });
