import type { Stale } from '../../decisions/staleness.ts';
import type { Rejection } from '../../domain/outcome.ts';
import type { StewardCommand } from '../../domain/steward.ts';
import { typeOf } from '../../projections/audit.ts';
import { HttpProblem, type Mistake, mistake } from '../problem.ts';
import type { ProblemName } from '../problem-types.ts';

const problems: Readonly<Record<string, ProblemName>> = {
  'unknown-fact': 'unknown-fact',
  'key-taken': 'idempotency-key-taken',
  'nothing-counts': 'decision-refused',
  'no-change': 'decision-refused',
  'not-contested': 'decision-refused',
  'already-retracted': 'decision-refused',
  'fact-merged': 'decision-refused',
};

// Which member of the body would make a business rule be broken.
const decisive: Readonly<Record<StewardCommand['type'], string>> = {
  CorrectFact: 'value',
  ResolveContest: 'value',
  RetractFact: 'fact',
  MergeFacts: 'from',
  RetractArticle: 'revision',
};

/** The problem that a decision is refused, with the rule that refuses it and the members of the body that are wrong. */
export function refusalOf(
  { rule, message, flags, at = [], suggestion }: Rejection,
  { type }: StewardCommand,
): HttpProblem {
  if (flags.length > 0) {
    const errors = [mistake('body', `/${decisive[type]}`, message)];
    const broken = flags as readonly (Rejection['flags'][number] & { readonly fact: string })[];
    return new HttpProblem('rule-broken', message, { rule, flags: [...broken], errors });
  }
  if (rule === 'key-taken') {
    return new HttpProblem('idempotency-key-taken', message, {
      rule,
      errors: [mistake('header', 'Idempotency-Key', message)],
    });
  }
  const errors = at.map(
    (member, i): Mistake => mistake('body', `/${member}`, message, i === 0 ? suggestion : undefined),
  );
  return new HttpProblem(problems[rule] ?? 'invalid-decision', message, { rule, errors });
}

/** The problem that what was seen is no longer so, with what has touched it since. */
export function staleProblem({ seen, version, since }: Stale): HttpProblem {
  const name = seen.what === 'fact' ? seen.id : `article ${seen.id}`;
  const told = since.map((event) => `${typeOf(event)} by ${event.recordedBy} at ${event.position}`).join(', ');
  const what = told === '' ? `${seen.version} is no version that it had` : `since ${seen.version} came ${told}`;
  const message = `${name} is at version ${version}: ${what}. Look again, and decide anew`;
  const [where, path] =
    seen.from === 'if-match' ? (['header', 'If-Match'] as const) : (['body', '/fromVersion'] as const);
  return new HttpProblem('version-stale', message, {
    version,
    since: since.map((event) => ({
      position: event.position,
      type: typeOf(event),
      recordedAt: event.recordedAt,
      recordedBy: event.recordedBy,
    })),
    errors: [mistake(where, path, message)],
  });
}
