import findMyWay from "find-my-way";
import { type HttpTrait, modelOf, type OperationModel, type ServiceModel } from "./model.ts";
import { type FormNode, fieldOf, parseForm } from "./query-form.ts";
import type { ServedService } from "./service.ts";
import { headerOf, type WireRequest } from "./wire.ts";

/** What a request asks for, as far as the wire can tell. */
export interface Found {
  readonly served: ServedService;
  readonly model: ServiceModel;
  /** `undefined`: the service has no such operation. */
  readonly operation: OperationModel | undefined;
  /** The name asked for; for an unknown restJson path, method and path. */
  readonly asked: string;
  readonly labels: Readonly<Record<string, string | undefined>>;
  readonly form: FormNode | undefined;
}

/** Finds service and operation: among those of a signing name if the request has one, otherwise among all. */
export type FindOperation = (request: WireRequest, signingName: string | undefined) => Found | undefined;

interface Route {
  readonly served: ServedService;
  readonly model: ServiceModel;
  readonly findPath: (request: WireRequest) => PathMatch | undefined;
}

interface PathMatch {
  readonly operation: OperationModel;
  readonly labels: Readonly<Record<string, string | undefined>>;
}

/** Builds the search over all served services, once. */
export const operationFinder = (services: readonly ServedService[]): FindOperation => {
  const routes = services.map((served): Route => {
    const model = modelOf(served.model);
    return { served, model, findPath: pathFinder(model) };
  });
  return (request, signingName) => {
    const candidates = routes.filter(({ model }) => signingName === undefined || model.signingName === signingName);
    return byTarget(candidates, request) ?? byAction(candidates, request) ?? byPath(candidates, request, signingName);
  };
};

const byTarget = (routes: readonly Route[], request: WireRequest): Found | undefined => {
  const target = headerOf(request, "x-amz-target");
  if (target === undefined) return undefined;
  const dot = target.lastIndexOf(".");
  const asked = target.slice(dot + 1);
  const route = routes.find(
    ({ model }) => isAwsJson(model) && model.targetPrefix === target.slice(0, Math.max(dot, 0)),
  );
  return route && { ...route, asked, operation: route.model.operations.get(asked), labels: {}, form: undefined };
};

const byAction = (routes: readonly Route[], request: WireRequest): Found | undefined => {
  const queryRoutes = routes.filter(({ model }) => model.protocol === "awsQuery");
  if (queryRoutes.length === 0) return undefined;
  const isForm = headerOf(request, "content-type")?.startsWith("application/x-www-form-urlencoded");
  const form = parseForm(isForm ? `${request.queryText}&${request.body.toString("utf8")}` : request.queryText);
  const asked = fieldOf(form, "Action");
  if (asked === undefined) return undefined;
  const version = fieldOf(form, "Version");
  const route =
    queryRoutes.find(({ model }) => model.apiVersion === version) ??
    queryRoutes.find(({ model }) => version === undefined && model.operations.has(asked));
  return route && { ...route, asked, operation: route.model.operations.get(asked), labels: {}, form };
};

const byPath = (routes: readonly Route[], request: WireRequest, signingName: string | undefined): Found | undefined => {
  const asked = headerOf(request, "x-amz-target") ?? `${request.method} ${request.path}`;
  for (const route of routes) {
    const match = route.findPath(request);
    if (match) return { ...route, ...match, asked: match.operation.name, form: undefined };
  }
  // Whoever signs for a service means it, whatever the path: the answer is then that service's way to say "unknown".
  const [route] = signingName === undefined ? [] : routes;
  return route && { ...route, operation: undefined, asked, labels: {}, form: undefined };
};

const isAwsJson = ({ protocol }: ServiceModel): boolean => protocol === "awsJson1_0" || protocol === "awsJson1_1";

/** Operations that share method and path and differ by a fixed query: Lambda's `?find=LayerVersion`. */
interface Overload {
  readonly operation: OperationModel;
  readonly fixedQuery: readonly (readonly [string, string])[];
}

const pathFinder = ({ operations }: ServiceModel): ((request: WireRequest) => PathMatch | undefined) => {
  const overloadsByRoute = new Map<string, Overload[]>();
  // Labels carry ARNs, which outgrow the router's default of 100 characters.
  const router = findMyWay({ ignoreTrailingSlash: true, maxParamLength: 4096 });
  for (const operation of operations.values()) {
    if (!operation.http) continue;
    const [path = "", query = ""] = operation.http.path.split("?");
    const key = `${operation.http.method} ${path}`;
    const overloads = overloadsByRoute.get(key) ?? [];
    if (overloads.length === 0) {
      overloadsByRoute.set(key, overloads);
      router.on(operation.http.method as findMyWay.HTTPMethod, routerPath(path), NOTHING, overloads);
    }
    overloads.push({ operation, fixedQuery: [...new URLSearchParams(query)] });
    overloads.sort((one, other) => other.fixedQuery.length - one.fixedQuery.length);
  }
  return ({ method, path, query }) => {
    const match = router.find(method as findMyWay.HTTPMethod, path);
    const overloads = (match?.store ?? []) as Overload[];
    const { operation } =
      overloads.find(({ fixedQuery }) => fixedQuery.every(([name, value]) => query.getAll(name).includes(value))) ?? {};
    if (!match || !operation) return undefined;
    return { operation, labels: labelsOf(operation.http, match.params) };
  };
};

const NOTHING = (): void => {};

// `{Name}` takes one segment, `{Name+}` all that follow. A colon in the model's own text is doubled for the router.
const routerPath = (path: string): string =>
  path
    .replaceAll(":", "::")
    .replace(/\{\w+\+\}/g, "*")
    .replace(/\{(\w+)\}/g, ":$1");

const labelsOf = (http: HttpTrait | undefined, params: Readonly<Record<string, string | undefined>>) => {
  const greedy = /\{(\w+)\+\}/.exec(http?.path ?? "")?.[1];
  return greedy === undefined ? params : { ...params, [greedy]: params["*"] };
};

/** A path that AWS's models claim. */
export interface ServedPath {
  readonly service: string;
  readonly operation: string;
  readonly method: string;
  /** With `{Label}`s and without a fixed query. */
  readonly path: string;
}

/** Every path that the served models claim, so that a test can see that none of ours is among them. */
export const servedPaths = (services: readonly ServedService[]): ServedPath[] =>
  services.flatMap(({ model }) =>
    [...operationsAndService(modelOf(model))].map(([service, { name, http }]) => {
      const { method = "POST", path = "/" } = http ?? {};
      return { service, operation: name, method, path: path.split("?")[0] ?? path };
    }),
  );

const operationsAndService = ({ serviceId, operations }: ServiceModel): [string, OperationModel][] =>
  [...operations.values()].map((operation) => [serviceId, operation]);
