/** Sends a text with the token that somebody typed. Never throws: what is wrong comes back as problems at their fields. */
export async function send({ address, body, type, headers = {}, token }: Sent): Promise<Sending> {
  const wrongAt = (field: string, text: string): Sending => ({ isOk: false, status: 0, problems: [{ field, text }] });
  if (token === '') return wrongAt('token', 'Writing needs a token of this ledger.');
  if (!/^[\x21-\x7e]+$/.test(token)) return wrongAt('token', 'A token has visible ASCII characters only.');
  try {
    const authorization = `Bearer ${token}`;
    const answer = await fetch(address, {
      method: 'POST',
      headers: { ...headers, 'content-type': type, accept: `${outcomeType}, application/json`, authorization },
      body,
    });
    const json: unknown = await answer.json();
    const isOutcome = answer.headers.get('content-type')?.startsWith(outcomeType) === true;
    if (answer.ok && !isOutcome) return { isOk: true, answer: json };
    const { status, problem } = isOutcome ? (json as Outcome) : { status: answer.status, problem: json as Problem };
    return { isOk: false, status, problems: problemsIn(status, problem) };
  } catch {
    return wrongAt('', 'The server does not answer. Send it again: it is recorded once.');
  }
}

// What is refused comes as an answer of status 200: browsers note every other one in their console.
const outcomeType = 'application/vnd.partnership-ledger.outcome+json';

type Outcome = { readonly status: number; readonly problem: Problem };

type Sent = {
  readonly address: string;
  readonly body: string;
  readonly type: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly token: string;
};

/** What became of a text that was sent. */
export type Sending =
  | { readonly isOk: true; readonly answer: unknown }
  | { readonly isOk: false; readonly status: number; readonly problems: readonly FieldProblem[] };

/** What is wrong at a field of a form, by its name; '' for the whole. Line and column are those of a file. */
export type FieldProblem = {
  readonly field: string;
  readonly text: string;
  readonly line?: number;
  readonly column?: number;
};

type Problem = {
  readonly detail?: string;
  readonly errors?: readonly {
    readonly in: string;
    readonly path: string;
    readonly message: string;
    readonly suggestion?: string;
    readonly line?: number;
    readonly column?: number;
  }[];
};

function problemsIn(
  status: number,
  { detail = 'The server refused it.', errors = [] }: Problem,
): readonly FieldProblem[] {
  if (status === 401 || status === 403) return [{ field: 'token', text: detail }];
  if (errors.length === 0) return [{ field: '', text: detail }];
  return errors.map(({ in: place, path, message, suggestion, line, column }) => ({
    field: place === 'body' ? path.slice(1) : '',
    text:
      suggestion === undefined || message.includes(suggestion) ? message : `${message}; did you mean ${suggestion}?`,
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
  }));
}

// In memory alone: not in storage, not in an address, gone with the page.
let typedToken = '';

/** The token that somebody typed on this page. */
export function tokenTyped(): string {
  return typedToken;
}

export function keepToken(token: string): void {
  typedToken = token.trim();
}
