import { type ComponentChild, h } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { articlePath, factPath, partnershipPath } from '../address.ts';

import type { DecideProps, DecideView, DecisionName } from '../tools.ts';
import { valueWords } from '../words.ts';
import { Field, focusWrong, Listed, TokenField, Wrong } from './field.ts';
import { type FieldProblem, type Sending, send, tokenTyped } from './send.ts';

/** The form of a decision: first it shows what would come of it, then it records exactly that. */
export function Decide({ view }: DecideProps): ComponentChild {
  const form = useRef<HTMLFormElement>(null);
  const key = useRef<{ readonly body: string; readonly key: string } | null>(null);
  const [state, setState] = useState<State>(nothingSent);
  const { subject, article, decision, partnership } = view;
  const version = (article ?? subject)?.version;
  if (version === undefined || decision === null) return null;
  const { problems, preview, recorded, isBusy, isStale } = state;

  const ask = async (isDryRun: boolean): Promise<void> => {
    const body = form.current === null ? '' : JSON.stringify(bodyOf(view, new FormData(form.current)));
    // The same decision keeps its key, so that sending it again records it once.
    if (key.current?.body !== body) key.current = { body, key: crypto.randomUUID() };
    setState({ ...nothingSent, preview: isDryRun ? null : preview, isBusy: true });
    const sending = await send({
      address: `/api${article === null ? partnershipPath(partnership) : articlePath(article.id)}/${addresses[decision]}${isDryRun ? '?dryRun=true' : ''}`,
      body,
      type: 'application/json',
      headers: { 'if-match': `"${version}"`, 'idempotency-key': key.current.key },
      token: tokenTyped(),
    });
    setState(stateOf(sending, isDryRun ? body : null));
    if (!sending.isOk) focusWrong(form.current);
  };

  if (recorded !== null) return h(Recorded, { recorded, partnership });
  return h(
    'form',
    {
      ref: form,
      class: 'write',
      noValidate: true,
      onSubmit: (event: SubmitEvent) => {
        event.preventDefault();
        void ask(preview === null);
      },
      // What was previewed is no longer what the form says.
      onInput: () => preview !== null && setState({ ...state, preview: null }),
    },
    h(FieldsOf, { view, problems }),
    h(Field, {
      name: 'reason',
      label: 'Reason',
      hint: 'Everybody who reads the fact later reads it.',
      problems,
      control: (props: object) => h('textarea', { ...props, rows: 3 }),
    }),
    h(TokenField, { problems }),
    h(Wrong, { problems, fields: fieldNames }),
    isStale ? h('p', null, h('a', { class: 'link', href: location.href }, 'Look at the fact as it is now')) : null,
    h(PreviewView, { preview }),
    h(
      'button',
      { type: 'submit', disabled: isBusy },
      preview === null ? 'Show what would change' : 'Record this decision',
    ),
  );
}

type State = {
  readonly problems: readonly FieldProblem[];
  readonly preview: Preview | null;
  readonly recorded: RecordedDecision | null;
  readonly isBusy: boolean;
  /** Somebody else has touched the fact since the page was drawn. */
  readonly isStale: boolean;
};

const nothingSent: State = { problems: [], preview: null, recorded: null, isBusy: false, isStale: false };

function stateOf(sending: Sending, previewed: string | null): State {
  if (!sending.isOk) return { ...nothingSent, problems: sending.problems, isStale: sending.status === 412 };
  return previewed === null
    ? { ...nothingSent, recorded: sending.answer as RecordedDecision }
    : { ...nothingSent, preview: sending.answer as Preview };
}

const addresses: Readonly<Record<DecisionName, string>> = {
  resolve: 'resolutions',
  correct: 'corrections',
  retract: 'retractions',
  merge: 'merges',
  undo: 'separations',
  'retract-article': 'retraction',
};

const fieldNames: ReadonlySet<string> = new Set([
  'field',
  'value',
  'basis',
  'reference/title',
  'reference/published',
  'withdrawnOn',
  'from',
  'reason',
  'token',
]);

// The body of a request from what the form says. What is empty is left out, and the ledger says what is missing.
function bodyOf({ subject, decision }: DecideView, data: FormData): Readonly<Record<string, unknown>> {
  const text = (name: string): string | undefined => {
    const value = data.get(name);
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
  };
  const reports = data.getAll('reports');
  const some = reports.length > 0 && reports.length < (subject?.reports.length ?? 0) ? { reports } : {};
  if (decision === 'retract-article') return { reason: text('reason'), withdrawnOn: text('withdrawnOn') };
  const judged = { fact: subject?.fact, reason: text('reason') };
  if (decision === 'merge' || decision === 'undo') return { ...judged, from: text('from') };
  if (decision === 'retract') return { ...judged, ...some, withdrawnOn: text('withdrawnOn') };
  const [title, published] = [text('reference/title'), text('reference/published')];
  const reference = title === undefined && published === undefined ? {} : { reference: { title, published } };
  const basis = text('basis');
  if (decision === 'resolve') {
    const [field = '', value = 'null'] = (text('choice') ?? '').split(/ (.*)/s);
    return {
      ...judged,
      field: field === '' ? undefined : field,
      value: field === '' ? undefined : JSON.parse(value),
      basis,
      ...reference,
    };
  }
  const field = text('field');
  const form = subject?.fields.find((one) => one.field === field)?.form;
  return { ...judged, ...some, field, value: writtenValue(text('value'), form), basis, ...reference };
}

function writtenValue(text: string | undefined, form: 'text' | 'list' | 'json' | undefined): unknown {
  if (text === undefined || form === 'text' || form === undefined) return text;
  if (form === 'list') return text.split(',').map((one) => one.trim());
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

type PartProps = { readonly view: DecideView; readonly problems: readonly FieldProblem[] };

function FieldsOf({ view, problems }: PartProps): ComponentChild {
  const { subject, decision } = view;
  const input = (name: string, label: string, hint = '', more: object = {}): ComponentChild =>
    h(Field, {
      name,
      label,
      hint,
      problems,
      key: name,
      control: (props: object) => h('input', { ...props, autocomplete: 'off', ...more }),
    });
  const withdrawn = (): ComponentChild =>
    input(
      'withdrawnOn',
      'Withdrawn by its publisher on',
      'Leave it empty where it never should have counted. A date: 2018-02-05, 2018-02.',
    );
  const chosenFrom = (name: string, label: string, keys: readonly string[] = []): ComponentChild =>
    h(Field, {
      name,
      label,
      problems,
      key: name,
      control: (props: object) =>
        h(
          'select',
          props,
          keys.map((key) => h('option', { value: key, key }, key)),
        ),
    });
  switch (decision) {
    case 'merge':
      return chosenFrom('from', 'The fact that is the same, and is merged into this one', subject?.similar);
    case 'undo':
      return chosenFrom('from', 'The fact that stands apart from now on', subject?.merged);
    case 'retract':
      return [h(ReportsOf, { view, problems, key: 'reports' }), withdrawn()];
    case 'retract-article':
      return withdrawn();
    case 'resolve':
      return [h(ValuesOf, { view, problems, key: 'values' }), h(Basis, { problems, input, key: 'basis' })];
    case 'correct':
    case null:
      break;
  }
  return [
    h(Correction, { view, problems, key: 'correction' }),
    h(ReportsOf, { view, problems, key: 'reports' }),
    h(Basis, { problems, input, key: 'basis' }),
  ];
}

function ValuesOf({ view: { subject }, problems }: PartProps): ComponentChild {
  const wrong = problems.filter(({ field }) => field === 'field' || field === 'value');
  const isMissing = wrong.some(({ field }) => field === 'field');
  const texts = isMissing ? ['Choose the value that is right.'] : wrong.map(({ text }) => text);
  return (subject?.contests ?? []).map(({ field, name, values }) =>
    h(
      'fieldset',
      { key: field },
      h('legend', null, name),
      values.map(({ value, text }) =>
        h(
          'label',
          { class: 'choice', key: value },
          h('input', {
            type: 'radio',
            name: 'choice',
            value: `${field} ${value}`,
            'aria-invalid': wrong.length > 0 ? 'true' : undefined,
          }),
          ` ${text}`,
        ),
      ),
      texts.map((text) => h('p', { class: 'wrong', key: text }, text)),
    ),
  );
}

function Correction({ view: { subject }, problems }: PartProps): ComponentChild {
  const fields = subject?.fields ?? [];
  const [chosen, choose] = useState(fields[0]?.field ?? '');
  const field = fields.find((one) => one.field === chosen);
  return [
    h(Field, {
      name: 'field',
      label: 'What reports have wrong',
      problems,
      key: 'field',
      control: (props: object) =>
        h(
          'select',
          {
            ...props,
            onChange: ({ currentTarget }: { currentTarget: HTMLSelectElement }) => choose(currentTarget.value),
          },
          fields.map(({ field: value, name, now }) =>
            h('option', { value, key: value }, now === '' ? name : `${name}: ${now}`),
          ),
        ),
    }),
    h(Field, {
      name: 'value',
      label: 'What is right',
      hint: field?.hint ?? '',
      problems,
      key: 'value',
      control: (props: object) => h('input', { ...props, autocomplete: 'off' }),
    }),
  ];
}

function ReportsOf({ view: { subject }, problems }: PartProps): ComponentChild {
  const wrong = problems.filter(({ field }) => field === 'reports' || field.startsWith('reports/'));
  const reports = subject?.reports ?? [];
  return h(
    'fieldset',
    null,
    h('legend', null, 'Reports that it judges'),
    reports.map(({ id, text }) =>
      h(
        'label',
        { class: 'choice', key: id },
        h('input', {
          type: 'checkbox',
          name: 'reports',
          value: id,
          defaultChecked: true,
          'aria-invalid': wrong.length > 0 ? 'true' : undefined,
        }),
        ` ${text}`,
      ),
    ),
    wrong.map(({ text }) => h('p', { class: 'wrong', key: text }, text)),
  );
}

type BasisProps = Pick<PartProps, 'problems'> & {
  readonly input: (name: string, label: string, hint?: string) => ComponentChild;
};

// What was published shows it, unless we misread.
function Basis({ problems, input }: BasisProps): ComponentChild {
  const [basis, choose] = useState<string>('misread');
  const hint =
    'We misread: it holds for every reader. The other two hold from the day on which what shows it was published.';
  const choice = h(Field, {
    name: 'basis',
    label: 'How it is known',
    hint,
    problems,
    control: (props: object) =>
      h(
        'select',
        {
          ...props,
          onChange: ({ currentTarget }: { currentTarget: HTMLSelectElement }) => choose(currentTarget.value),
        },
        bases.map(([value, text]) => h('option', { value, key: value }, text)),
      ),
  });
  return basis === 'misread'
    ? choice
    : [
        choice,
        input('reference/title', 'What shows it', 'The title of what was published.'),
        input('reference/published', 'Published on', 'A date: 2018-02-05, 2018-02.'),
      ];
}

const bases = [
  ['misread', 'We misread the article'],
  ['publisher-corrected', 'The publisher corrected it'],
  ['better-evidence', 'Better evidence came to light'],
] as const;

type Look = {
  readonly modality: string;
  readonly occurred: string | null;
  readonly planned: string | null;
  readonly data: Readonly<Record<string, unknown>>;
  readonly contested: boolean;
  readonly reports: number;
} | null;

type Preview = {
  readonly changes: readonly { readonly fact: string; readonly before: Look; readonly after: Look }[];
  readonly flags: readonly { readonly fact: string; readonly rule: string; readonly detail: string }[];
  readonly contests: readonly { readonly fact: string; readonly field: string }[];
};

function PreviewView({ preview }: { readonly preview: Preview | null }): ComponentChild {
  return h(
    'div',
    { role: 'status' },
    preview === null
      ? null
      : h(
          'section',
          { class: 'preview' },
          h('h2', { class: 'h3' }, 'What would change'),
          preview.changes.length === 0 ? h('p', null, 'No fact would look otherwise; the reason is kept.') : null,
          preview.changes.map(({ fact, before, after }) =>
            h(
              'div',
              { key: fact },
              h('h3', { class: 'h4' }, fact),
              h(
                'ul',
                { class: 'plain' },
                differences(before, after).map((text) => h('li', { key: text }, text)),
              ),
            ),
          ),
          h(Listed, {
            title: 'Sources would still disagree on',
            items: preview.contests.map(({ fact, field }) => `${field} of ${fact}`),
          }),
          h(Listed, { title: 'To look at', items: preview.flags.map(({ fact, detail }) => `${fact}: ${detail}`) }),
        ),
  );
}

function differences(before: Look, after: Look): readonly string[] {
  if (after === null) return ['No report counts for it any more.'];
  if (before === null) return [`Counts again, with ${after.reports} reports.`];
  const flat = ({ data, ...rest }: NonNullable<Look>): Readonly<Record<string, unknown>> => ({ ...rest, ...data });
  const [from, to] = [flat(before), flat(after)];
  return [...new Set([...Object.keys(from), ...Object.keys(to)])]
    .filter((name) => JSON.stringify(from[name]) !== JSON.stringify(to[name]))
    .map((name) => `${name}: ${valueWords(from[name])} → ${valueWords(to[name])}`);
}

type RecordedDecision = {
  readonly position: number;
  readonly recordedBy: string;
  readonly fact?: string;
  readonly article?: string;
};

function Recorded({
  recorded,
  partnership,
}: {
  readonly recorded: RecordedDecision;
  readonly partnership: string;
}): ComponentChild {
  const { position, recordedBy, fact, article = '' } = recorded;
  return h(
    'p',
    { class: 'lede', role: 'status' },
    `Recorded as event ${position}, by ${recordedBy}. `,
    fact === undefined
      ? h('a', { class: 'link', href: articlePath(article) }, 'The article as it is now')
      : h('a', { class: 'link', href: factPath(partnership, fact) }, 'The fact as it is now'),
  );
}
