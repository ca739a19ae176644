import { isIP } from 'node:net';

// As grpc-js names what makes a connector of TLS.
const makeConnector = '_createSecureConnector';

type Connector = { readonly connectionOptions?: { servername?: string } };
type Credentials = { [makeConnector]?: (...asked: readonly unknown[]) => Connector };
type Channel = { readonly internalChannel?: { readonly credentials?: Credentials }; readonly close: () => void };

/** What of the client its channels are made with. */
export type ChannelMaker = { resolveUri: () => Promise<string>; readonly createChannel: () => Promise<Channel> };

// The client shows its credentials to nothing but its channels; one that is never called connects to nowhere.
async function credentialsOf(client: ChannelMaker): Promise<Credentials | undefined> {
  const { resolveUri } = client;
  client.resolveUri = async () => 'nowhere.invalid:1';
  try {
    const channel = await client.createChannel();
    channel.close();
    return channel.internalChannel?.credentials;
  } finally {
    client.resolveUri = resolveUri;
  }
}

/**
 * Lets a client speak TLS with nodes that are named by IP address. It would send the address as the server name, which is
 * not allowed there (RFC 6066, 3) and which Node refuses; without one the certificate is compared with the address.
 */
export async function allowAddresses(client: ChannelMaker): Promise<void> {
  const credentials = await credentialsOf(client);
  const create = credentials?.[makeConnector];
  if (credentials === undefined || create === undefined) return;
  credentials[makeConnector] = (...asked) => {
    const connector = create.apply(credentials, [...asked]);
    const { connectionOptions } = connector;
    if (connectionOptions !== undefined && isIP(connectionOptions.servername ?? '') !== 0) {
      connectionOptions.servername = '';
    }
    return connector;
  };
}
