import { nearest } from '../domain/vocabulary/nearest.ts';
import { flagOf, type Option, type ParsedArguments, parameterProblem } from './command.ts';
import type { Context } from './context.ts';
import { plainText } from './print.ts';

/** Of a command that can ask a server instead of the ledger in DATA_DIR. */
export const urlOption: Option = {
  name: 'url',
  value: '<server>',
  says: 'ask this server instead of the ledger in DATA_DIR, such as http://127.0.0.1:3000',
};

/** The variable that holds the token of a server. */
const tokenVariable = 'LEDGER_TOKEN';

/**
 * The server of `--url`, or null without one. Its answers are those of REST, and every problem comes in the words of the
 * command line.
 */
export function serverOf(
  { options }: ParsedArguments,
  { environment }: Pick<Context, 'environment'>,
): { readonly server: Server | null; readonly problems: readonly string[] } {
  const given = options.get(urlOption.name) ?? [];
  const [text] = given;
  if (text === undefined) return { server: null, problems: [] };
  const url = URL.parse(text);
  const problems = [
    ...(given.length > 1 ? [`${flagOf(urlOption.name)} is given ${given.length} times; ask one server`] : []),
    ...(url === null || !/^https?:$/.test(url.protocol)
      ? [`--url ${plainText(text)}: write the address of a server, such as http://127.0.0.1:3000`]
      : []),
  ];
  if (url === null || problems.length > 0) return { server: null, problems };
  const base = url.href.replace(/[?#].*$/, '').replace(/\/$/, '');
  return { server: serverAt(base, environment.variable(tokenVariable)), problems };
}

/** A server of a ledger. */
export type Server = {
  /** Its address, without a slash at the end. */
  readonly base: string;
  /** An answer of REST. Of a list, `list` names the field that its pages continue: they come as one. */
  readonly get: (path: string, parameters: Parameters, list?: string | null) => Promise<Reply>;
  /** An answer in another form, such as Markdown. */
  readonly text: (path: string, parameters: Parameters) => Promise<Reply<string>>;
  /** Sends a text, with the token for writes. */
  readonly post: (path: string, parameters: Parameters, body: Body) => Promise<Reply>;
};

/** Parameters of an address; several values of one stand for any of them. */
export type Parameters = Readonly<Record<string, string | readonly string[] | undefined>>;

type Body = {
  readonly text: string;
  readonly type: 'application/json' | 'application/yaml';
  readonly headers?: Readonly<Record<string, string>>;
};

/** `status` is 0 where no server answered. */
export type Reply<Answer = Readonly<Record<string, unknown>>> = { readonly status: number } & (
  | { readonly answer: Answer; readonly problems: null }
  /** `type` is that of the problem, such as `/problems/invalid-article`; null where no ledger answered. */
  | { readonly answer: null; readonly problems: readonly string[]; readonly type: string | null }
);

function serverAt(base: string, token: string | undefined): Server {
  const ask = async (path: string, parameters: Parameters, request: RequestInit): Promise<Reply<string>> => {
    const own = token === undefined || token === '' ? {} : { authorization: `Bearer ${token}` };
    const headers = { accept: 'application/json', ...own, ...(request.headers as Readonly<Record<string, string>>) };
    try {
      const response = await fetch(addressOf(base, path, parameters), { ...request, headers });
      const text = await response.text();
      if (response.ok) return { status: response.status, answer: text, problems: null };
      return { status: response.status, answer: null, ...problemsIn(text, response.status, base) };
    } catch (error) {
      return { status: 0, answer: null, problems: [`${base} does not answer: ${causeOf(error)}`], type: null };
    }
  };
  const get = async (path: string, parameters: Parameters) => toJson(await ask(path, parameters, {}), base);
  return {
    base,
    get: async (path, parameters, list = null) => {
      const first = await get(path, parameters);
      if (list === null || first.answer === null) return first;
      const items = [...(first.answer[list] as readonly unknown[])];
      for (let { next } = first.answer; typeof next === 'string'; ) {
        const page = await get(next, {});
        if (page.answer === null) return page;
        items.push(...(page.answer[list] as readonly unknown[]));
        ({ next } = page.answer);
      }
      return {
        ...first,
        answer: { ...first.answer, [list]: items, ...('next' in first.answer ? { next: null } : {}) },
      };
    },
    text: async (path, parameters) => await ask(path, parameters, { headers: { accept: '*/*' } }),
    post: async (path, parameters, { text, type, headers = {} }) => {
      if (token === undefined || token === '') {
        const problems = [`a write needs a token of the server: set ${tokenVariable}`];
        return { status: 0, answer: null, problems, type: null };
      }
      const all = { ...headers, 'content-type': type };
      return toJson(await ask(path, parameters, { method: 'POST', body: text, headers: all }), base);
    },
  };
}

// The link to a next page has its query already.
function addressOf(base: string, path: string, parameters: Parameters): string {
  const given = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, typeof value === 'string' ? value : value.join(',')]],
  );
  return given.length === 0 ? `${base}${path}` : `${base}${path}?${new URLSearchParams(given).toString()}`;
}

function toJson(reply: Reply<string>, base: string): Reply {
  if (reply.answer === null) return reply;
  try {
    const answer: unknown = JSON.parse(reply.answer);
    if (typeof answer === 'object' && answer !== null) {
      return { status: reply.status, answer: answer as Readonly<Record<string, unknown>>, problems: null };
    }
  } catch {
    // No JSON: some other server answers there.
  }
  return { status: reply.status, answer: null, problems: [`${base} is no server of a partnership ledger`], type: null };
}

// A problem of REST (RFC 9457) in the words of the command line.
function problemsIn(text: string, status: number, base: string) {
  try {
    const { type, detail, errors = [] } = JSON.parse(text) as Problem;
    if (typeof detail !== 'string') throw new TypeError('no problem of REST');
    const told = errors.map((one) =>
      one.in === 'query' ? parameterProblem({ ...one, parameter: one.path }) : toText(one),
    );
    return { problems: told.length === 0 ? [detail] : told, type: type ?? null };
  } catch {
    return { problems: [`${base} answers ${status}, not as a partnership ledger does`], type: null };
  }
}

type Problem = { readonly type?: string; readonly detail?: string; readonly errors?: readonly ProblemPart[] };

type ProblemPart = {
  readonly in: string;
  readonly path: string;
  readonly line?: number | null | undefined;
  readonly message: string;
  readonly suggestion?: string | undefined;
};

function toText({ in: part, path, line, message, suggestion }: ProblemPart): string {
  const place = part !== 'body' || path === '' || message.includes(path) ? '' : `${path}: `;
  return `${line == null ? '' : `line ${line}: `}${place}${message}${suggestion === undefined || message.includes(suggestion) ? '' : ` (did you mean ${suggestion}?)`}`;
}

// fetch says only that it failed; why is in its cause.
function causeOf(error: unknown): string {
  const { cause, message } = error as Error;
  const { code, message: why } = (cause ?? {}) as NodeJS.ErrnoException;
  return causes[code ?? ''] ?? why ?? message;
}

const causes: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the name of the host cannot be looked up',
  ETIMEDOUT: 'it took too long',
  UND_ERR_CONNECT_TIMEOUT: 'it took too long',
  ECONNRESET: 'the connection was closed',
};

/** The partnership that is meant: the named one, or the only one that a server holds. */
export async function partnershipOn(server: Server, named: string | undefined): Promise<OnServer> {
  const { answer, problems } = await server.get('/api/partnerships', {}, 'partnerships');
  if (answer === null) return { id: null, name: '', problems };
  const all = answer['partnerships'] as readonly { readonly id: string; readonly name: string }[];
  const list = all.map(({ id, name }) => `\n  ${id}  ${name}`).join('');
  const [only] = all;
  if (only === undefined) return { id: null, name: '', problems: ['nothing is recorded on this server yet'] };
  if (named === undefined && all.length > 1) {
    return { id: null, name: '', problems: [`several partnerships are recorded; name one of them:${list}`] };
  }
  const found = named === undefined ? only : all.find(({ id }) => id === named);
  if (found !== undefined) return { id: found.id, name: `${found.name} (${found.id})`, problems: [] };
  const byName = new Map(all.flatMap(({ id, name }) => [[id, id] as const, [name, id] as const]));
  const [near] = nearest(named ?? '', byName.keys(), { limit: 1 });
  const instead = near === undefined ? `there are:${list}` : `did you mean ${byName.get(near)}?`;
  return { id: null, name: '', problems: [`no partnership ${plainText(named ?? '')} is recorded; ${instead}`] };
}

type OnServer = { readonly id: string | null; readonly name: string; readonly problems: readonly string[] };
