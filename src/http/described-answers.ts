import { STATUS_CODES } from 'node:http';
import * as z from 'zod';
import type { Role } from '../access/roles.ts';
import { type ProblemName, problemTypes } from './problem-types.ts';
import { problemMediaType, problemShape } from './problems.ts';

/**
 * The problems that a route answers with, by status, for its schema: its own beside those of every route. A problem that
 * comes here under another status than its own is a pair.
 */
export function problemAnswers(...own: readonly DescribedProblem[]) {
  const all = [...everywhere, ...own].map((one) => {
    const [name, status] = typeof one === 'string' ? [one, problemTypes[one].status] : one;
    return { name, status };
  });
  const byStatus = [...Map.groupBy(all, ({ status }) => status)].toSorted(([a], [b]) => a - b);
  return Object.fromEntries(
    byStatus.map(([status, problems]) => {
      const names = [...new Set(problems.map(({ name }) => name))];
      const schema = z.intersection(
        problemShape,
        z.looseObject({ type: z.enum(names.map((name) => `/problems/${name}`)), status: z.literal(status) }),
      );
      const described = names.map((name) => `${problemTypes[name].title} (\`${name}\`)`).join('; ');
      const description = `${STATUS_CODES[status]}. ${described}`;
      const headers = { ...headersOf('cache-control', 'vary'), ...headersByStatus[status] };
      return [status, { description, headers, content: { [problemMediaType]: { schema } } }];
    }),
  );
}

/** A problem, with its status where that is not its usual one. */
export type DescribedProblem = ProblemName | readonly [ProblemName, number];

const everywhere = [
  'malformed-request',
  'address-too-long',
  'internal-error',
  'busy',
  'unknown-host',
  'too-many-guesses',
  'too-many-requests',
] as const;

/** The problems that a route answers if it needs a token with a role. */
export function accessAnswers(role: Role, answers: Readonly<Record<number, unknown>>) {
  const low = role === 'reader' ? {} : { 403: problemAnswers('role-insufficient')[403] };
  return { ...answers, ...low, 401: problemAnswers('token-missing', 'token-wrong')[401] };
}

/** What any address may answer that asks the store. */
export const storeProblems = [
  'provider-unavailable',
  'store-unavailable',
  'store-behind',
  'ledger-truncated',
  'ledger-altered',
  'disk-full',
] as const;

/** What any address may answer that reads a query. */
export const queryProblems = ['unknown-parameter', 'invalid-parameter'] as const;

/** What a read through the clocks may answer. */
export const clockProblems = [
  ...queryProblems,
  'future-clock',
  'invalid-datetime',
  'conflicting-clocks',
  'unknown-position',
  ...storeProblems,
] as const;

/** The problems that the parameters in the pattern of an address may bring: that nothing has such a name. */
export function unknownIn(url: string): readonly ProblemName[] {
  return unknownByPart.flatMap(([part, name]) => (url.includes(part) ? [name] : []));
}

const unknownByPart: readonly (readonly [part: string, name: ProblemName])[] = [
  ['/partnerships/:id', 'unknown-partnership'],
  ['/facts/:kind', 'unknown-fact'],
  ['/articles/:id', 'unknown-article'],
  ['/games/:edition', 'unknown-games'],
];

const texts = {
  allow: 'the methods that this address takes',
  'accept-post': 'the media types that this address reads',
  'cache-control': 'no-cache: ask again with If-None-Match; no-store: keep nothing',
  'content-disposition': 'the name of the file',
  etag: 'of this answer; send it as If-None-Match',
  link: 'web links (RFC 8288): `next`, `cite-as`, and `original`, `timegate`, `timemap` and the mementos of RFC 7089',
  location: 'where it is',
  'memento-datetime': 'of a memento: when the last event that bears on it was recorded (RFC 7089)',
  'retry-after': 'seconds to wait; missing where trying again does not help',
  vary: 'the headers of a request on which the answer depends',
  'www-authenticate': 'Bearer, and what is wrong with the token (RFC 6750)',
} as const;

/** These headers, for the description of an answer. */
export function headersOf(...names: readonly (keyof typeof texts)[]) {
  return Object.fromEntries(names.map((name) => [name, { type: 'string', description: texts[name] }]));
}

const headersByStatus: Readonly<Record<number, ReturnType<typeof headersOf>>> = {
  401: headersOf('www-authenticate'),
  403: headersOf('www-authenticate'),
  415: headersOf('accept-post'),
  429: headersOf('retry-after'),
  503: headersOf('retry-after'),
  507: headersOf('retry-after'),
};

/** An answer without a body, for the description of a route. */
type Bodiless = { readonly description: string; readonly headers: ReturnType<typeof headersOf> };

/** A 304, for the schema of a route. */
export const notModified: Bodiless = {
  description: 'The client has the answer already (If-None-Match)',
  headers: headersOf('etag', 'cache-control'),
};

/** The answers of a read with a past beside its 200: 304, and the redirection of Accept-Datetime (RFC 7089). */
export const readAnswers: Readonly<Record<number, Bodiless>> = {
  302: {
    description: 'With Accept-Datetime: where the memento of that time is',
    headers: headersOf('location', 'link', 'vary', 'cache-control'),
  },
  304: {
    description: notModified.description,
    headers: headersOf('etag', 'cache-control', 'link', 'vary', 'memento-datetime'),
  },
};

/** The header of a request that asks for an answer only if it is new, for the description of a route. */
export const conditionalHeaders = {
  'if-none-match': z.string().optional().describe('the ETag of the answer that the client has: 304 if it still holds'),
};

/** The headers of a request for a read with a past, for the description of a route. */
export const readHeaders = {
  ...conditionalHeaders,
  'accept-datetime': z
    .string()
    .optional()
    .describe('the recorded clock as an HTTP date (RFC 7089): answered with a 302 to the memento of that time'),
};
