import { createRequire } from 'node:module';
import { isIP } from 'node:net';

// grpc-js sends its host as the TLS server name, even if the host is an IP address. RFC 6066, section 3, forbids that, and
// Node 26 refuses it: https://github.com/grpc/grpc-node/issues/1919. Neither grpc-js nor the client has an option to turn
// this off, so this file replaces the one method that sets the name. Delete the file once that issue is fixed.
const connectorMethod = '_createSecureConnector';

type Connector = { readonly connectionOptions?: { servername?: string } };
type SecureCredentials = { [connectorMethod]?: (...args: readonly unknown[]) => Connector };
type Grpc = { readonly credentials: { readonly createSsl: () => SecureCredentials } };

let isPatched = false;

/**
 * Lets the client speak TLS with nodes that are named by IP address. Without a server name, Node checks the certificate
 * against the address, as it should. A second call does nothing.
 */
export function allowTlsByAddress(): void {
  if (isPatched) return;
  isPatched = true;
  const prototype = Object.getPrototypeOf(grpcOfTheClient().credentials.createSsl()) as SecureCredentials;
  const create = prototype[connectorMethod];
  if (create === undefined) return;
  prototype[connectorMethod] = function createConnector(...args) {
    const connector = create.apply(this, [...args]);
    const { connectionOptions } = connector;
    if (connectionOptions !== undefined && isIP(connectionOptions.servername ?? '') !== 0) {
      connectionOptions.servername = '';
    }
    return connector;
  };
}

// The copy of grpc-js that the client itself loads.
function grpcOfTheClient(): Grpc {
  const { resolve } = createRequire(import.meta.url);
  return createRequire(resolve('@eventstore/db-client'))('@grpc/grpc-js') as Grpc;
}
