import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { checkSignature, type ReadCheckpoint, readCheckpoint, type VerifierKey } from '../../src/proof/checkpoint.ts';
import { verifyConsistency } from '../../src/proof/merkle-tree.ts';

/** A witness as C2SP tlog-witness specifies it, for the logs whose keys it is given; it keeps what it cosigned in memory. */
export const startTestWitness = async (
  name: string,
  logs: readonly VerifierKey[],
  at: () => number,
): Promise<TestWitness> => {
  const key = witnessKey(name);
  const latest = new Map<string, ReadCheckpoint>();
  const requests: string[] = [];
  const answers = (body: string): readonly [status: number, text?: string, type?: string] => {
    const end = body.indexOf('\n\n');
    const [first = '', ...proof] = body.slice(0, end).split('\n');
    const checkpoint = readCheckpoint(body.slice(end + 2));
    const { origin, size, root, note } = checkpoint;
    const log = logs.find((one) => one.name === origin);
    if (log === undefined) return [404];
    try {
      checkSignature(note, log);
    } catch {
      return [403];
    }
    const [, text = ''] = /^old (0|[1-9]\d*)$/.exec(first) ?? [];
    const old = Number(text);
    if (text === '' || old > size || proof.length > 63) return [400];
    const last = latest.get(origin);
    if (old !== (last?.size ?? 0)) return [409, `${last?.size ?? 0}\n`, 'text/x.tlog.size'];
    if (last !== undefined && old === size && !Buffer.from(root).equals(last.root)) return [409];
    const hashes = proof.map((line) => Buffer.from(line, 'base64'));
    const isGrown =
      last === undefined ||
      verifyConsistency({ from: old, fromRoot: last.root, to: size, toRoot: root, proof: hashes });
    if (!isGrown || (last === undefined && proof.length > 0)) return [422];
    latest.set(origin, checkpoint);
    return [200, `— another.example/w AAAAAAAA\n${key.cosign(note.text, at())}\n`];
  };
  const server = createServer((request, response) => {
    void (async () => {
      const body = await text(request);
      requests.push(body);
      if (request.method !== 'POST' || request.url !== '/w/add-checkpoint') return response.writeHead(404).end();
      const [status, content = '', type = 'text/plain'] = answers(body);
      return response.writeHead(status, { 'content-type': type }).end(content);
    })();
  });
  const listen = async (port: number): Promise<number> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const port = await listen(0);
  const stop = async (): Promise<void> => {
    if (!server.listening) return;
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return {
    url: `http://127.0.0.1:${port}/w`,
    verifierKey: key.verifierKey,
    requests,
    latest: (origin) => latest.get(origin) ?? null,
    forget: () => latest.clear(),
    stop,
    startAgain: async () => void (await listen(port)),
  };
};

export type TestWitness = {
  readonly url: string;
  readonly verifierKey: string;
  /** The bodies of all requests. */
  readonly requests: readonly string[];
  readonly latest: (origin: string) => ReadCheckpoint | null;
  readonly forget: () => void;
  readonly stop: () => Promise<void>;
  readonly startAgain: () => Promise<void>;
};

/** The key of a witness, and how it cosigns (C2SP tlog-cosignature, Ed25519). Written apart from the project's code. */
export const witnessKey = (name: string) => {
  const seed = createHash('sha256').update(name).digest();
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const x = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32);
  const typed = Buffer.concat([Buffer.of(4), x]);
  const id = createHash('sha256').update(`${name}\n`).update(typed).digest().subarray(0, 4);
  return {
    verifierKey: `${name}+${id.toString('hex')}+${typed.toString('base64')}`,
    cosign: (note: string, seconds: number): string => {
      const time = Buffer.alloc(8);
      time.writeBigUInt64BE(BigInt(seconds));
      const signature = sign(null, Buffer.from(`cosignature/v1\ntime ${seconds}\n${note}`), privateKey);
      return `— ${name} ${Buffer.concat([id, time, signature]).toString('base64')}`;
    },
  };
};
