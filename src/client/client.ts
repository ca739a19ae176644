import createFetchClient, { type Client, type ClientOptions } from 'openapi-fetch';
// The build makes it from the OpenAPI document.
import type { components, paths } from '../../dist/client/api.d.ts';

/**
 * A client of a ledger. Each address of the API is typed: its parameters, its body, its answers and its problems. The token
 * goes with requests that write or that only writers may send, and with no others.
 */
export function createClient({ token, ...options }: LedgerClientOptions): LedgerClient {
  const client = createFetchClient<paths, ReadType>(options);
  if (token !== undefined) {
    client.use({
      onRequest: ({ request }) => {
        if (request.method !== 'GET' || isForWriters(request.url))
          request.headers.set('authorization', `Bearer ${token}`);
        return request;
      },
    });
  }
  return client;
}

function isForWriters(url: string): boolean {
  return new URL(url).pathname.startsWith('/api/webhooks');
}

/** `baseUrl` is where the server is, such as `http://127.0.0.1:3000`. */
export type LedgerClientOptions = Omit<ClientOptions, 'baseUrl'> & {
  readonly baseUrl: string;
  readonly token?: string;
};

export type LedgerClient = Client<paths, ReadType>;

// Of the forms of an answer, those that the client reads unless `parseAs` says otherwise.
type ReadType = 'application/json' | 'application/problem+json';

/** The shapes of answers by name, such as `Schemas['Entry']`. */
export type Schemas = components['schemas'];

/** The addresses of the API. */
export type { paths };
