import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { connectionStringTo } from './connection-string.ts';
import type { EventStoreDb } from './event-store-db.ts';

/** Stands between a server and some of its clients, and can be made silent: nothing passes, nothing is cut. */
export type StoreProxy = {
  readonly connectionString: string;
  readonly pause: () => void;
  readonly resume: () => void;
  readonly stop: () => Promise<void>;
};

/** Starts a proxy before a server that speaks without TLS. */
export const startProxy = async ({ endpoint }: EventStoreDb): Promise<StoreProxy> => {
  const sockets = new Set<Socket>();
  let isPaused = false;
  const join = (from: Socket, to: Socket): void => {
    sockets.add(from);
    from.on('data', (bytes) => to.write(bytes));
    from.on('error', () => from.destroy());
    from.on('close', () => {
      sockets.delete(from);
      to.destroy();
    });
    if (isPaused) from.pause();
  };
  const server = createServer((client) => {
    const beyond = connect(endpoint.port, endpoint.host);
    join(client, beyond);
    join(beyond, client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };

  return {
    connectionString: connectionStringTo(`127.0.0.1:${port}`, false, undefined),
    pause: () => {
      isPaused = true;
      for (const socket of sockets) socket.pause();
    },
    resume: () => {
      isPaused = false;
      for (const socket of sockets) socket.resume();
    },
    stop: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
};
