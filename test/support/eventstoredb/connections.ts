import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { ConnectionInjector } from '@grpc/grpc-js';
import type { Endpoint } from './role.ts';

/** The connections of a server, each of which can be cut. */
export type Connections = {
  readonly port: number;
  /** Cuts the connection from a peer, given as `host:port`. */
  readonly cut: (peer: string) => void;
  /** Cuts all and takes no more. */
  readonly close: () => Promise<void>;
};

/** Listens (port 0: any that is free) and hands each connection to the gRPC server behind the injector. */
export const acceptConnections = async (at: Endpoint, injector: ConnectionInjector): Promise<Connections> => {
  const sockets = new Map<string, Socket>();
  const server = createServer((socket) => {
    const peer = `${socket.remoteAddress}:${socket.remotePort}`;
    sockets.set(peer, socket);
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(peer));
    injector.injectConnection(socket);
  });
  server.listen(at.port, at.host);
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : at.port;

  return {
    port,
    cut: (peer) => sockets.get(peer)?.destroy(),
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets.values()) socket.destroy();
      await closed;
    },
  };
};
