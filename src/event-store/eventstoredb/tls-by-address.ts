import { createRequire } from 'node:module';
import { isIP } from 'node:net';

// grpc-js sends the host that it connects to as the TLS server name, even where that is an IP address. RFC 6066, section
// 3, forbids that, and Node 26 refuses it: https://github.com/grpc/grpc-node/issues/1919. Neither grpc-js nor the client
// has an option against it, so this file replaces the one method that sets the name. Delete it once that issue is fixed.
const method = '_createSecureConnector';

type Connector = { readonly connectionOptions?: { servername?: string } };
type SecureCredentials = { [method]?: (...args: readonly unknown[]) => Connector };
type Grpc = { readonly credentials: { readonly createSsl: () => SecureCredentials } };

let isAllowed = false;

/**
 * Lets the client speak TLS with nodes that are named by IP address. Without a server name, Node compares the
 * certificate with the address, as it should. Calling this again does nothing.
 */
export function allowTlsByAddress(): void {
  if (isAllowed) return;
  isAllowed = true;
  const prototype = Object.getPrototypeOf(grpcOfTheClient().credentials.createSsl()) as SecureCredentials;
  const create = prototype[method];
  if (create === undefined) return;
  prototype[method] = function createConnector(...args) {
    const connector = create.apply(this, [...args]);
    const { connectionOptions } = connector;
    if (connectionOptions !== undefined && isIP(connectionOptions.servername ?? '') !== 0) {
      connectionOptions.servername = '';
    }
    return connector;
  };
}

// The very copy of grpc-js that the client uses.
function grpcOfTheClient(): Grpc {
  const { resolve } = createRequire(import.meta.url);
  return createRequire(resolve('@eventstore/db-client'))('@grpc/grpc-js') as Grpc;
}
