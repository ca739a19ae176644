import { once } from 'node:events';
import { connect } from 'node:net';

/**
 * Asks a server on this machine over `clients` connections, each for the next thing as soon as it has its answer, until
 * `next` gives null. It reads no more of an answer than its status and its length, so that the server is what is slow.
 * Gives how often each status came.
 */
export async function loadServer(
  port: number,
  clients: number,
  next: () => string | null,
): Promise<Readonly<Record<number, number>>> {
  const statuses: Record<number, number> = {};
  const client = async (): Promise<void> => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    let [rest, left]: [Buffer, number] = [Buffer.alloc(0), 0];
    await new Promise<void>((resolve, reject) => {
      const ask = (): void => {
        const message = next();
        if (message === null) resolve();
        else socket.write(message);
      };
      socket.on('error', reject);
      socket.on('close', () => reject(new Error('the server closed a connection')));
      socket.on('data', (chunk: Buffer) => {
        if (left > 0) {
          left -= chunk.length;
          if (left <= 0) ask();
          return;
        }
        rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
        const end = rest.indexOf('\r\n\r\n');
        if (end === -1) return;
        const head = rest.toString('latin1', 0, end);
        const status = Number(head.slice(9, 12));
        statuses[status] = (statuses[status] ?? 0) + 1;
        const length = status === 304 ? 0 : Number(/\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
        left = length - (rest.length - end - 4);
        rest = Buffer.alloc(0);
        if (left <= 0) ask();
      });
      ask();
    });
    socket.removeAllListeners('close');
    socket.destroy();
  };
  await Promise.all(Array.from({ length: clients }, client));
  return statuses;
}

/** A request as it is sent. */
export function requestText(method: 'GET' | 'POST', url: string, headers: Record<string, string>, body = ''): string {
  const lines = Object.entries({ host: '127.0.0.1', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  const length = method === 'POST' ? `content-length: ${Buffer.byteLength(body)}\r\n` : '';
  return `${method} ${url} HTTP/1.1\r\n${lines.join('')}${length}\r\n${body}`;
}

/** `count` times the same request. */
export function repeat(request: string, count: number): () => string | null {
  let asked = 0;
  return () => {
    asked += 1;
    return asked > count ? null : request;
  };
}
