import type { IncomingMessage, ServerResponse } from 'node:http';
import helmet, { type HelmetOptions } from 'helmet';

/**
 * The headers of every answer that make a browser careful with it, as `helmet` writes them. Worked out once: its plugin
 * for Fastify would build and run the middleware anew for each request.
 */
export function safeHeaders(directives: Directives, isFramed = false): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  const setHeader = (name: string, value: string) => {
    headers[name.toLowerCase()] = value;
  };
  const response = { setHeader, removeHeader: () => undefined };
  const options: HelmetOptions = {
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: none, baseUri: none, ...directives } },
    xFrameOptions: isFramed ? false : { action: 'deny' },
    // Whoever adds TLS decides for how long it is promised, and for which hosts.
    strictTransportSecurity: false,
    originAgentCluster: false,
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
  };
  helmet(options)({} as IncomingMessage, response as unknown as ServerResponse, (error) => {
    if (error !== undefined) throw error as Error;
  });
  return headers;
}

type Directives = Readonly<Record<string, readonly string[]>>;

const none = ["'none'"];

const own = ["'self'"];

/** Of data: whatever a browser takes it for, it loads, runs, sends and shows in a frame nothing. */
export const dataHeaders = safeHeaders({ formAction: none, frameAncestors: none });

/** Of pages: no request to another host, no inline script, no inline style. */
export const pageHeaders = {
  ...safeHeaders({
    scriptSrc: own,
    styleSrc: own,
    fontSrc: own,
    imgSrc: own,
    connectSrc: own,
    formAction: own,
    frameAncestors: none,
  }),
  // A form says where it comes from.
  'referrer-policy': 'same-origin',
};

/** Of the explorer of the API, whose script styles inline what it draws. No request to another host either. */
export const explorerHeaders = {
  ...safeHeaders({
    scriptSrc: own,
    styleSrc: ["'self'", "'unsafe-inline'"],
    fontSrc: ["'self'", 'data:'],
    imgSrc: ["'self'", 'data:'],
    connectSrc: own,
    formAction: none,
    frameAncestors: none,
  }),
  'referrer-policy': 'same-origin',
};

/** Of a timeline in a frame of these sites: no script and no form, since it is only read. */
export function frameHeaders(sites: readonly string[]): Readonly<Record<string, string>> {
  return safeHeaders({ styleSrc: own, fontSrc: own, imgSrc: own, formAction: none, frameAncestors: sites }, true);
}
