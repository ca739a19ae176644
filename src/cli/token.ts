import { type Role, roleMeanings, roles } from '../access/roles.ts';
import {
  openTokenFile,
  sharedAddress,
  type Token,
  type TokenFile,
  toExpiry,
  tokenFileIn,
  toView,
  whyOver,
} from '../access/tokens.ts';
import { nameProblem } from '../secrets.ts';
import { type Command, fail, flagOf, type Option, type ParsedArguments } from './command.ts';
import type { Context, ExitCode } from './context.ts';
import { plainText } from './print.ts';
import { type Server, serverOf, urlOption } from './server.ts';

/** `token`: makes, lists and revokes the tokens that a server accepts. */
async function token(args: ParsedArguments, context: Context): Promise<ExitCode> {
  const [action = '', subject, ...surplus] = args.positionals;
  const { server, problems: ofServer } = serverOf(args, context);
  const needsSubject = action === 'create' || action === 'revoke';
  const problems = [
    ...args.problems,
    ...ofServer,
    ...(actions.includes(action) ? [] : [`say what to do: token ${actions.join(', token ')}`]),
    ...(needsSubject && subject === undefined
      ? [action === 'create' ? 'name the holder: token create <name>' : 'name the token: token revoke <id>']
      : []),
    ...[...(needsSubject || subject === undefined ? [] : [subject]), ...surplus].map(
      (one) => `unexpected argument "${plainText(one)}"`,
    ),
    ...(action === 'create' ? wrongIn(args, subject) : optionsOf(args, action)),
  ];
  if (problems.length > 0) return fail(problems, 'token', context);
  const kept = server === null ? keptHere(context) : keptOn(server);
  try {
    if (action === 'create') return await create(kept, args, subject ?? '', context);
    return action === 'list' ? await list(kept, context) : await revoke(kept, subject ?? '', context);
  } finally {
    kept.close();
  }
}

const actions = ['create', 'list', 'revoke'];

// What is wrong with the options of `create`.
function wrongIn({ options }: ParsedArguments, name: string | undefined): readonly string[] {
  const [role, reads, expires] = ['role', 'reads', 'expires'].map((option) => options.get(option)?.at(-1));
  const problem = name === undefined ? null : nameProblem(name);
  const view = reads === undefined ? null : toView(reads);
  const expiry = toExpiry(expires, Date.now());
  return [
    ...(problem === null ? [] : [`the name ${problem}`]),
    ...((role === undefined) === (reads === undefined)
      ? [`give either ${flagOf('role')} ${roles.join('|')}, or ${flagOf('reads')} with the view that its address reads`]
      : []),
    ...(role === undefined || isRole(role)
      ? []
      : [`${flagOf('role')} ${plainText(role)}: there are ${roles.join(', ')}`]),
    ...(view !== null && 'problem' in view ? [`${flagOf('reads')}: ${view.problem}`] : []),
    ...('problem' in expiry ? [`${flagOf('expires')}: ${expiry.problem}`] : []),
  ];
}

function isRole(text: string): text is Role {
  return roles.some((role) => role === text);
}

function optionsOf({ options }: ParsedArguments, action: string): readonly string[] {
  return ['role', 'reads', 'expires']
    .filter((name) => options.has(name))
    .map((name) => `"token ${action}" takes no ${flagOf(name)}`);
}

// The secret alone goes to stdout, so that a script can keep it.
async function create(
  kept: Kept,
  { options }: ParsedArguments,
  name: string,
  { out, messages }: Context,
): Promise<ExitCode> {
  const [role, reads, expires] = ['role', 'reads', 'expires'].map((option) => options.get(option)?.at(-1));
  const made = await kept.create({
    name,
    ...(role === undefined ? {} : { role }),
    ...(reads === undefined ? {} : { reads }),
    ...(expires === undefined ? {} : { expires }),
  });
  if ('problems' in made) return refuse(made.problems, messages);
  const { token: one, secret, address } = made;
  out.write(`${address === null ? secret : `${kept.base}${address}`}\n`);
  const ends = one.expiresAt === null ? 'It never expires.' : `It expires on ${one.expiresAt.slice(0, 10)}.`;
  const what =
    address === null
      ? `The token of ${one.name}, ${one.role}: ${one.role === null ? '' : roleMeanings[one.role]}. ${ends} It is shown this once.`
      : `Whoever has this address reads ${one.reads}, and nothing else. ${ends} It is shown this once.` +
        (kept.base === '' ? ' Put the address of your server before it.' : '');
  messages.write(`${what} "partnership-ledger token revoke ${one.id}" takes it back.\n`);
  return 0;
}

async function list(kept: Kept, { out, messages }: Context): Promise<ExitCode> {
  const all = await kept.list();
  if ('problems' in all) return refuse(all.problems, messages);
  if (all.length === 0)
    messages.write('No tokens are kept. "partnership-ledger token create <name> --role reader" makes one.\n');
  const rows = all.map((one) => [
    one.id,
    one.name,
    one.reads ?? one.role ?? '',
    stateOf(one),
    one.usedAt === null ? 'never used' : `used ${one.usedAt.slice(0, 16).replace('T', ' ')}`,
  ]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(0, ...rows.map((row) => (row[column] ?? '').length)));
  for (const row of rows) {
    out.write(
      `${row
        .map((cell, i) => plainText(cell).padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd()}\n`,
    );
  }
  return 0;
}

function stateOf(one: ShownToken): string {
  const over = whyOver({ ...one, role: one.role ?? 'reader' }, Date.now());
  if (over === 'revoked') return `revoked ${one.revokedAt?.slice(0, 10)}`;
  if (one.expiresAt === null) return 'never expires';
  return `${over === null ? 'expires' : 'expired'} ${one.expiresAt.slice(0, 10)}`;
}

async function revoke(kept: Kept, id: string, { messages }: Context): Promise<ExitCode> {
  const revoked = await kept.revoke(id);
  if ('problems' in revoked) return refuse(revoked.problems, messages);
  messages.write(`The token ${revoked.id} of ${revoked.name} is revoked; the sessions that it began are over too.\n`);
  return 0;
}

function refuse(problems: readonly string[], messages: Context['messages']): 1 {
  for (const problem of problems) messages.write(`${messages.paint('red', 'error:')} ${plainText(problem)}\n`);
  return 1;
}

/** The tokens of the file in ACCESS_DIR, or of a server. */
type Kept = {
  /** What stands before the address of a view. */
  readonly base: string;
  readonly create: (given: Given) => Promise<Made | Failed>;
  readonly list: () => Promise<readonly ShownToken[] | Failed>;
  readonly revoke: (id: string) => Promise<ShownToken | Failed>;
  readonly close: () => void;
};

type Given = { readonly name: string; readonly role?: string; readonly reads?: string; readonly expires?: string };

type Failed = { readonly problems: readonly string[] };

type Made = { readonly token: ShownToken; readonly secret: string; readonly address: string | null };

/** A token of one view has no role. */
type ShownToken = Omit<Token, 'role'> & { readonly role: Role | null };

function keptHere({ folders }: Context): Kept {
  const file: TokenFile = openTokenFile(tokenFileIn(folders().accessDir));
  return {
    base: '',
    create: async ({ name, role = 'reader', reads, expires }) => {
      const view = reads === undefined ? null : toView(reads);
      const expiry = toExpiry(expires, Date.now());
      if ('problem' in expiry || (view !== null && 'problem' in view) || !isRole(role)) {
        throw new Error('the options were checked before');
      }
      const made = file.create({
        name,
        role,
        reads: view?.view ?? null,
        expiresAt: expiry.expiresAt,
        createdBy: 'cli',
      });
      const address = view === null ? null : sharedAddress(made.secret, view.view);
      return { token: shown(made.token), secret: made.secret, address };
    },
    list: async () => file.all().map(shown),
    revoke: async (id) => {
      const revoked = file.revoke(id);
      return revoked === null ? { problems: [`there is no token ${id}; "token list" shows them`] } : shown(revoked);
    },
    close: file.close,
  };
}

function shown(one: Token): ShownToken {
  return one.reads === null ? one : { ...one, role: null };
}

function keptOn(server: Server): Kept {
  const post = async (path: string, given: object) => {
    const { answer, problems } = await server.post(path, {}, { text: JSON.stringify(given), type: 'application/json' });
    return answer === null ? { problems } : answer;
  };
  return {
    base: server.base,
    create: async (given) => {
      const made = await post('/api/tokens', given);
      if ('problems' in made) return made as Failed;
      const { secret, address, ...rest } = made as unknown as ShownToken & Omit<Made, 'token'>;
      return { token: rest, secret, address };
    },
    list: async () => {
      const { answer, problems } = await server.get('/api/tokens', {});
      return answer === null ? { problems } : (answer['tokens'] as readonly ShownToken[]);
    },
    revoke: async (id) => (await post(`/api/tokens/${encodeURIComponent(id)}/revocation`, {})) as ShownToken | Failed,
    close: () => undefined,
  };
}

const createOptions: readonly Option[] = [
  {
    name: 'role',
    value: roles.join('|'),
    values: roles,
    says: roles.map((role) => `${role}: ${roleMeanings[role]}`).join('; '),
  },
  {
    name: 'reads',
    value: '<address>',
    says: 'instead of a role: the feed, calendar or embedded timeline that the address reads',
  },
  { name: 'expires', value: '<when>', says: 'days (90d), the last day (2027-12-31), or never (default: 365d)' },
];

/** `token`: who may read and write on a server. */
export const tokenCommand: Command = {
  name: 'token',
  usage: 'token create <name> | list | revoke <id>',
  says: 'make, list and revoke tokens for people and programs',
  explains: `A token is sent as "Authorization: Bearer <token>", or given once to the page /sign-in. What it writes is recorded
under its name. "create" prints it, and nobody can read it again: tokens.sqlite in ACCESS_DIR (by default DATA_DIR) keeps
its digest. With --reads it prints an address that reads one view, for a program that cannot sign in. A running server
knows a new token, and a revoked one, at once. With --url it asks a server, with the token of an admin in LEDGER_TOKEN.`,
  options: [...createOptions, urlOption],
  words: actions,
  run: token,
};
