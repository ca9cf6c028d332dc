import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { FastifyPluginAsync } from "fastify";
import { type OpenApiOptions, openApiDocument } from "./openapi.ts";

/** /docs: the OpenAPI document as a page that tries requests out. All of it comes from the package, nothing from the internet. */
export const docsPlugin: FastifyPluginAsync<OpenApiOptions> = async (app, options) => {
  await app.register(swagger, {
    mode: "static",
    specification: { document: openApiDocument(options) as never },
  });
  await app.register(swaggerUi, {
    routePrefix: "/docs",
    // The page would otherwise ask validator.swagger.io about our document.
    uiConfig: { validatorUrl: null, docExpansion: "list", persistAuthorization: false },
  });
};
