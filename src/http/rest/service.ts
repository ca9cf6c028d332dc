import type { RestRoute } from "../../kernel/rest-route.ts";
import type { ServedService } from "../aws/service.ts";

/** A service with its resources. Operations without a route are asked by `POST /api/aws/{name}/{Operation}`. */
export interface RestService extends ServedService {
  /** `ecs`: how paths and the OpenAPI page call it. */
  readonly name: string;
  readonly routes: readonly RestRoute[];
}
