import * as fc from 'fast-check';
import { stewardTokens, testToken } from '../support/app.ts';

/** A request as the fuzzer sends it. */
export type FuzzedRequest = {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'DELETE' | 'OPTIONS' | 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload?: string;
};

/** Requests made from an OpenAPI document: its operations, with values that fit their schemas, nearly fit, or do not. */
export const requestsOf = (document: ApiDocument, bodies: readonly string[]): fc.Arbitrary<FuzzedRequest> => {
  const operations = Object.entries(document.paths)
    // A stream of events has no end.
    .filter(([path]) => path !== '/api/events')
    .flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, operation]) =>
        method === 'get' || method === 'post' || method === 'delete' ? [{ path, method, operation } as const] : [],
      ),
    );
  return fc.constantFrom(...operations).chain((one) => requestOf(one, bodies));
};

export type ApiDocument = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
};

type Operation = {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, unknown>> };
};

type Parameter = { readonly name: string; readonly in: string; readonly required?: boolean; readonly schema?: Schema };

type Schema = { readonly type?: string; readonly enum?: readonly unknown[]; readonly example?: unknown };

const requestOf = (
  { path, method, operation }: { path: string; method: 'get' | 'post' | 'delete'; operation: Operation },
  bodies: readonly string[],
): fc.Arbitrary<FuzzedRequest> => {
  const parameters = operation.parameters ?? [];
  const inPath = fc.record(
    Object.fromEntries([...path.matchAll(/\{([^}]+)\}/g)].map(([, name = '']) => [name, pathValue(name)])),
  );
  const inQuery = fc.tuple(
    ...parameters.filter((one) => one.in === 'query').map((one) => queryEntry(one)),
    fc.oneof({ weight: 12, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: strangeEntry }),
  );
  const types = Object.keys(operation.requestBody?.content ?? { 'application/json': null });
  const payload = method === 'post' ? bodyOf(bodies) : fc.constant(undefined);
  const verb = fc.oneof(
    { weight: 24, arbitrary: fc.constant(method.toUpperCase() as FuzzedRequest['method']) },
    { weight: 1, arbitrary: fc.constantFrom('HEAD', 'OPTIONS', 'PUT') },
  );
  return fc
    .tuple(inPath, inQuery, headersFor(types, method), payload, verb)
    .map(([values, entries, headers, body, verb]) => {
      const address = path.replace(/\{([^}]+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''));
      const query = entries.flatMap((entry) => entry ?? []).join('&');
      return {
        method: verb,
        url: query === '' ? address : `${address}?${query}`,
        headers,
        ...(body === undefined || verb !== 'POST' ? {} : { payload: body }),
      };
    });
};

// What the seeds hold, for some parameters.
const known: Readonly<Record<string, readonly string[]>> = {
  id: ['alibaba.ioc', '000', '001', '004'],
  kind: ['partnership', 'obligation', 'campaign', 'games'],
  subject: ['alibaba.ioc', 'cloud-computing', 'olympic-channel', '2022W'],
  milestone: ['term-agreed', 'signed', 'undertaken', 'launched', 'announced'],
  edition: ['2018W', '2020S', '2022W', 'paralympics.2020', '2029W'],
  type: ['term-agreed', 'unknown-address', 'ObligationUndertaken'],
  name: ['invalid-parameter', 'unknown-address'],
};

const pathValue = (name: string): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...(known[name] ?? ['alibaba.ioc', '000', '2022W', '1'])) },
    { weight: 1, arbitrary: strangeText },
  );

const strangeText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.string({ unit: 'binary', maxLength: 12 }).map((text) => text.toWellFormed()),
  fc.constantFrom(
    '',
    ' ',
    '..',
    '%',
    '__proto__',
    'constructor',
    '0',
    '-1',
    '1e400',
    'null',
    'a'.repeat(399),
    '\u0000',
  ),
  fc.constantFrom(
    "' OR 1=1 --",
    '<script>',
    '../../etc/passwd',
    '{{7*7}}',
    '\u202e',
    'é'.repeat(50),
    '٣',
    '2022-02-30',
  ),
);

const day = fc.constantFrom(
  '2017-01-19',
  '2018-02-05',
  '2018',
  '2018-02',
  '2017-Q4',
  'yesterday',
  '2022-02-04/2022-02-20',
  '0000-01-01',
  '9999-12-31',
  '2018-02~',
  '?',
);

const queryEntry = (parameter: Parameter): fc.Arbitrary<string | null> => {
  const value = fc.oneof(
    { weight: 5, arbitrary: fitting(parameter) },
    { weight: 2, arbitrary: day },
    { weight: 1, arbitrary: strangeText },
  );
  const entry = value.map((text) => `${encodeURIComponent(parameter.name)}=${encodeURIComponent(text)}`);
  const given = fc.oneof(
    { weight: 20, arbitrary: entry },
    { weight: 1, arbitrary: entry.map((one) => `${one}&${one}`) },
  );
  return fc.oneof(
    { weight: parameter.required === true ? 1 : 6, arbitrary: fc.constant(null) },
    { weight: parameter.required === true ? 12 : 1, arbitrary: given },
  );
};

const fitting = ({ name, schema = {} }: Parameter): fc.Arbitrary<string> => {
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum.map(String));
  if (schema.type === 'integer' || schema.type === 'number') {
    return fc.oneof(fc.integer({ min: 0, max: 500 }), fc.constantFrom(-1, 0, 1, 2 ** 31, 2 ** 53)).map(String);
  }
  if (schema.type === 'boolean') return fc.constantFrom('true', 'false');
  return fc.constantFrom(...(known[name] ?? ['alibaba.ioc', '2022W', '000', 'cloud', 'due', 'true', '5']));
};

const strangeEntry = fc.oneof(
  fc.constantFrom('%', '=', '&&', 'a', '%00', '%E0%A4%A', 'a[b]=c', '__proto__=1', 'limit', 'at=1'),
  strangeText.map((text) => encodeURIComponent(text)),
);

const headersFor = (types: readonly string[], method: string): fc.Arbitrary<Readonly<Record<string, string>>> => {
  const token = fc.constantFrom(`Bearer ${testToken}`, `Bearer ${stewardTokens.anna}`);
  const wrong = fc.constantFrom('Bearer wrong', 'Basic eDp5', 'Bearer', '', 'bearer  ');
  const some = (weight: number, one: fc.Arbitrary<string>) =>
    fc.oneof({ weight, arbitrary: one }, { weight: 10, arbitrary: fc.constant('') });
  return fc
    .record({
      authorization: method === 'get' ? some(1, token) : fc.oneof({ weight: 9, arbitrary: token }, wrong),
      'content-type':
        method === 'post'
          ? fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...types) }, fc.constantFrom('text/html', 'x', 'a/b; c'))
          : fc.constant(''),
      accept: some(3, fc.constantFrom('*/*', 'text/csv', 'text/html', 'application/json', 'x', 'a/b;q=2', ',,')),
      'if-none-match': some(1, fc.constantFrom('*', '"x"', 'W/"x"', 'x', '"')),
      'accept-datetime': some(
        1,
        fc.constantFrom('Tue, 01 Dec 2026 00:00:00 GMT', 'now', '2026-12-01', 'Thu, 01 Jan 1970 00:00:00 GMT'),
      ),
    })
    .map((headers) => Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== '')));
};

const bodyOf = (bodies: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...bodies).chain((body) => mutated(body)) },
    { weight: 2, arbitrary: fc.json({ maxDepth: 4 }) },
    { weight: 1, arbitrary: fc.constantFrom(...bodies) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('', ' ', '{', '[]', 'null', '"x"', '{"__proto__":{}}', '['.repeat(5_000), '\ufeff{}'),
    },
  );

/** A text with some changes: lines moved, repeated or dropped, values replaced, characters flipped. */
export const mutated = (text: string): fc.Arbitrary<string> =>
  fc
    .array(changeOf, { minLength: 1, maxLength: 5 })
    .map((changes) => changes.reduce((rest, change) => change(rest), text));

const odd = [
  '',
  '~',
  '?',
  '[',
  '{',
  '- ',
  ': ',
  '"',
  '&a',
  '*a',
  '!t',
  '|',
  '\t',
  '#',
  '2018-13',
  '1e999',
  '𝟙',
  '\u0007',
  '\ufffd',
  '0x10',
  '1,000',
  '9'.repeat(400),
  'x'.repeat(5_000),
];

const changeOf: fc.Arbitrary<(text: string) => string> = fc
  .tuple(fc.nat(5), fc.nat(), fc.nat(), fc.constantFrom(...odd))
  .map(([kind, one, other, value]) => (text: string) => {
    const lines = text.split('\n');
    const [i, j] = [one % lines.length, other % lines.length];
    const line = lines[i] ?? '';
    if (kind === 0) return lines.toSpliced(i, 1).join('\n');
    if (kind === 1) return lines.toSpliced(j, 0, line).join('\n');
    if (kind === 2)
      return lines
        .with(i, lines[j] ?? '')
        .with(j, line)
        .join('\n');
    // The value of one of the keys of a line.
    if (kind === 3)
      return lines
        .with(
          i,
          line.replace(/: [^,{}[\]]*/, () => `: ${value}`),
        )
        .join('\n');
    const at = text.length === 0 ? 0 : one % text.length;
    return kind === 4
      ? text.slice(0, at) + value + text.slice(at)
      : text.slice(0, at) + text.slice(Math.min(text.length, at + 1 + (other % 40)));
  });
