import type { IncomingHttpHeaders } from 'node:http';
import * as z from 'zod';
import { HttpProblem, mistake, problemWith } from '../problem.ts';
import type { ProblemName } from '../problem-types.ts';

/** The headers that a decision takes beside its token. */
export const decisionHeadersShape = z.object({
  'if-match': z.string().describe('the `version` of the fact or article that was seen, as an entity tag: `"87"`'),
  'idempotency-key': z
    .string()
    .describe('1 to 200 visible ASCII characters; new for every decision, the same when it is sent again'),
});

/** What the headers of a decision say: the version that was seen, and the key under which it is recorded once. */
export type DecisionHeaders = { readonly version: number; readonly key: string };

const longestKey = 200;

function readKey(key: string | undefined): string {
  if (key === undefined || key === '') {
    const message = 'a decision needs Idempotency-Key: a text of your own, the same when it is sent again';
    throw new HttpProblem('idempotency-key-missing', message, {
      errors: [mistake('header', 'Idempotency-Key', message)],
    });
  }
  if (key.length <= longestKey && /^[\x21-\x7e]+$/.test(key)) return key;
  const message = `Idempotency-Key has 1 to ${longestKey} visible ASCII characters, and no space`;
  throw problemWith('invalid-header', [mistake('header', 'Idempotency-Key', message)]);
}

function refuseVersion(message: string, suggestion?: string): HttpProblem {
  return problemWith('invalid-header', [mistake('header', 'If-Match', message, suggestion)]);
}

function readVersion(sent: string | undefined): number {
  const text = sent?.trim() ?? '';
  if (text === '') {
    const message = 'a decision says which version of the fact or article was seen: If-Match: "87"';
    throw new HttpProblem('version-missing', message, { errors: [mistake('header', 'If-Match', message)] });
  }
  if (text === '*') throw refuseVersion('If-Match: * is for whoever has seen nothing; name the version that you saw');
  const tags = text.match(/(?:W\/)?"[^"]*"/g) ?? [];
  if (tags.length > 1) throw refuseVersion('If-Match names one version, the one that you saw, not several');
  const [, weak, version] = /^(W\/)?"([^"]*)"$/.exec(text) ?? [];
  if (weak !== undefined) {
    throw refuseVersion(
      'If-Match takes no weak tag: it is that very version which you saw, or another',
      `"${version}"`,
    );
  }
  if (version === undefined) {
    const bare = /^\d+$/.test(text) ? `"${text}"` : undefined;
    throw refuseVersion('If-Match is an entity tag, a version in double quotes, as in "87"', bare);
  }
  if (/^[1-9]\d{0,14}$/.test(version)) return Number(version);
  throw refuseVersion('If-Match is the `version` of the fact or article, a number, not the ETag of an answer');
}

type Read<Value> = { readonly value: Value } | { readonly problem: HttpProblem };

function read<Value>(reader: () => Value): Read<Value> {
  try {
    return { value: reader() };
  } catch (error) {
    if (error instanceof HttpProblem) return { problem: error };
    throw error;
  }
}

// The first names the problem; the others stand beside it in its errors.
function together(first: HttpProblem, more: readonly HttpProblem[]): HttpProblem {
  const { type, detail, errors = [] } = first.problem;
  const all = [...errors, ...more.flatMap(({ problem }) => problem.errors ?? [])];
  const others = more.length === 0 ? '' : ` (and ${more.length} more in errors)`;
  return new HttpProblem(type.slice('/problems/'.length) as ProblemName, `${detail}${others}`, { errors: all });
}

/** Reads the headers of a decision. Throws the problem that one is missing or cannot be used, with all that is wrong. */
export function readDecisionHeaders(headers: IncomingHttpHeaders): DecisionHeaders {
  const sent = headers['idempotency-key'];
  const key = read(() => readKey(Array.isArray(sent) ? sent.join(', ') : sent));
  const version = read(() => readVersion(headers['if-match']));
  if ('value' in key && 'value' in version) return { key: key.value, version: version.value };
  const [first, ...more] = [key, version].flatMap((one) => ('problem' in one ? [one.problem] : []));
  throw together(first as HttpProblem, more);
}
