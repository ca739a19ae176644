import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { Head } from '../event-store/event-store.ts';
import type { Context } from './context.ts';
import { isPlain } from './exports.ts';

/**
 * Keeps the answers of an app ready: their bytes by ETag, and by address which one it was, with its headers. A request
 * for such an address is answered before anything of it is parsed, as long as the feed has taken in no further event and
 * the day is the same. Add it before hooks that set headers: they need not run for what is ready.
 *
 * It asks the store nothing. What another process writes to the same file counts here as soon as the feed has it, which
 * takes milliseconds; until then an address has the answer of a moment ago. A client that knows of a position from
 * elsewhere names it, in `atLeast`, `atPosition` or a cursor. An address with a position stands here only after an answer
 * that had taken the position in; until then it goes the long way (`arrived`), which asks the store and waits.
 */
export function readyAnswers(app: FastifyInstance, { ledger, now }: Context): ReadyAnswers {
  const { feed, views } = ledger;
  const addresses = new LRUCache<string, Noted>({
    maxSize: maxAddressBytes,
    sizeCalculation: ({ headers }, address) =>
      2 * Object.values(headers).reduce((sum, text) => sum + text.length, address.length) + entryBytes,
  });
  const answers = new LRUCache<string, ReadyAnswer>({
    maxSize: maxAnswerBytes,
    sizeCalculation: ({ body, link }) => body.byteLength + 2 * (link?.length ?? 0) + entryBytes,
  });
  const answered = new WeakMap<FastifyRequest, Omit<Noted, 'headers'>>();

  const stateAt = (head: Head) => ({
    head,
    day: Math.floor(now() / dayMs),
    isDoubtful: views.clockDoubt(head) !== null,
  });
  const isCurrent = ({ head, day, isDoubtful }: Noted) => {
    if (head.position !== feed.position() || feed.failure() !== null) return false;
    const state = stateAt(head);
    return state.day === day && state.isDoubtful === isDoubtful;
  };

  app.addHook('onRequest', (request, reply, done) => {
    const { method, url, headers } = request;
    const noted = addresses.get(url);
    const isAsBefore = method === 'GET' && isPlain(headers.accept) && headers['accept-datetime'] === undefined;
    const answer = noted !== undefined && isAsBefore && isCurrent(noted) ? answers.get(noted.etag) : undefined;
    if (noted === undefined || answer === undefined) return done();
    readyReplies.add(reply);
    reply.headers(noted.headers);
    if (isKnown(request, noted.etag)) reply.removeHeader('content-type').code(304).send();
    else reply.send(answer.body);
  });
  return {
    get: (etag) => answers.get(etag),
    set: (etag, answer) => {
      answers.set(etag, answer);
    },
    note: (request, head, etag) => {
      if (request.method === 'GET') answered.set(request, { ...stateAt(head), etag });
    },
    keep: (request, reply) => {
      const noted = answered.get(request);
      if (noted === undefined || (reply.statusCode !== 200 && reply.statusCode !== 304)) return;
      addresses.set(request.url, { ...noted, headers: { 'content-type': jsonType, ...keptHeaders(reply) } });
    },
  };
}

export type ReadyAnswers = {
  readonly get: (etag: string) => ReadyAnswer | undefined;
  readonly set: (etag: string, answer: ReadyAnswer) => void;
  /** This request is being answered through this head with the bytes of this ETag. */
  readonly note: (request: FastifyRequest, head: Head, etag: string) => void;
  /** Keeps the answer to a request that was noted, which has all its headers by now. */
  readonly keep: (request: FastifyRequest, reply: FastifyReply) => void;
};

/** Whether this is an answer that was ready, with all its headers. */
export function isReady(reply: FastifyReply): boolean {
  return readyReplies.has(reply);
}

const readyReplies = new WeakSet<FastifyReply>();

/** The bytes of an answer, and what it links to by itself; undefined where a thread has answered, and has the links. */
export type ReadyAnswer = { readonly body: Buffer; readonly link: string | null | undefined };

/** The answer to an address. */
type Noted = {
  readonly head: Head;
  /** The day, since 1970. */
  readonly day: number;
  /** Whether the clock was in doubt. */
  readonly isDoubtful: boolean;
  readonly etag: string;
  readonly headers: Readonly<Record<string, string>>;
};

const dayMs = 86_400_000;

const maxAddressBytes = 8 * 1024 * 1024;

// Beyond its address or answer.
const entryBytes = 300;

const maxAnswerBytes = 64 * 1024 * 1024;

// What an answer has for every client. Whatever else there is, hooks set anew.
function keptHeaders(reply: FastifyReply): Readonly<Record<string, string>> {
  const headers = ['etag', 'cache-control', 'link', 'vary', 'memento-datetime'].map(
    (name) => [name, reply.getHeader(name)] as const,
  );
  return Object.fromEntries(headers.flatMap(([name, text]) => (text === undefined ? [] : [[name, String(text)]])));
}

/** Whether the client has what this tag stands for. */
export function isKnown({ headers }: FastifyRequest, etag: string): boolean {
  const tags = headers['if-none-match']?.trim();
  if (tags === undefined) return false;
  return tags === etag || tags === '*' || tags.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
}

/** The media type of JSON, as answers carry it. */
export const jsonType = 'application/json; charset=utf-8';
