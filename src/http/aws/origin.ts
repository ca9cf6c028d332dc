import { FrontEndError } from "./errors.ts";
import { headerOf, type WireRequest } from "./wire.ts";

/**
 * The guard of `auth: open`, where any signature will do: only this machine may ask, by a name of this machine, and no
 * web page of another origin. Without it any page in a browser here could start containers (by a plain form, or by
 * pointing its own name at 127.0.0.1). Throws AccessDenied.
 */
export const checkLocalOrigin = (request: WireRequest): void => {
  if (!isLoopbackAddress(request.remoteAddress)) throw denied("Without verified signatures only this machine may ask.");
  const host = headerOf(request, "host") ?? "";
  if (!isLoopbackName(host)) throw denied(`Host "${host.slice(0, 100)}" is not a name of this machine.`);
  const origin = headerOf(request, "origin");
  if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`) {
    throw denied(`Origin "${origin.slice(0, 100)}" is foreign.`);
  }
  // An image's or a link's GET bears no Origin, yet may carry an Action. Browsers tell such requests by this header.
  const site = headerOf(request, "sec-fetch-site");
  if (site === "cross-site" || site === "same-site") throw denied("The request comes from a page of another origin.");
};

const denied = (reason: string): FrontEndError => new FrontEndError("AccessDeniedException", reason);

const isLoopbackAddress = (address: string): boolean => /^(::1|(::ffff:)?127(\.\d{1,3}){3})$/.test(address);

const isLoopbackName = (host: string): boolean => {
  if (!URL.canParse(`http://${host}`)) return false;
  const { hostname } = new URL(`http://${host}`);
  return /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
};
