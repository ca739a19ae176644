import { type ComponentChild, h } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { articlePath } from '../address.ts';
import type { WriteProps } from '../tools.ts';
import { valueWords } from '../words.ts';
import { Field, focusWrong, Listed, TokenField, Wrong } from './field.ts';
import { type FieldProblem, send, tokenTyped } from './send.ts';

/** From the text of an article to its file: first the text, then the file beside it, checked as one types. */
export function Write({ view }: WriteProps): ComponentChild {
  const [drafted, setDrafted] = useState<Drafted | null>(null);
  return drafted === null
    ? h(TextForm, { view, take: setDrafted })
    : h(Desk, { drafted, back: () => setDrafted(null) });
}

type Drafted = { readonly text: string; readonly draft: Draft };

type Draft = {
  readonly paragraphs: readonly {
    readonly paragraph: number;
    readonly text: string;
    readonly found: readonly { readonly words: string; readonly kind: string; readonly means: string | null }[];
    readonly suggestions: readonly string[];
  }[];
  readonly yaml: string;
};

type TextFormProps = WriteProps & { readonly take: (drafted: Drafted) => void };

function TextForm({ view, take }: TextFormProps): ComponentChild {
  const form = useRef<HTMLFormElement>(null);
  const [problems, setProblems] = useState<readonly FieldProblem[]>([]);
  const ask = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const data = new FormData(form.current ?? undefined);
    const typed = (name: string) => data.get(name);
    const text = typed('text');
    if (typeof text !== 'string' || text.trim() === '') {
      setProblems([{ field: 'text', text: 'Paste the text of the article.' }]);
      focusWrong(form.current);
      return;
    }
    const query = new URLSearchParams();
    for (const name of ['article', 'partnership', 'published']) {
      const value = typed(name);
      if (typeof value === 'string' && value.trim() !== '') query.set(name, value.trim());
    }
    // As a form submits it, a text has CRLF; as a file, it has LF.
    const body = text.replaceAll('\r\n', '\n');
    const sending = await send({
      address: `/api/drafts?${query.toString()}`,
      body,
      type: 'text/plain',
      token: tokenTyped(),
    });
    if (sending.isOk) take({ text: body, draft: sending.answer as Draft });
    else {
      setProblems(sending.problems);
      focusWrong(form.current);
    }
  };
  const input = (name: string, label: string, hint: string, value = ''): ComponentChild =>
    h(Field, {
      name,
      label,
      hint,
      problems,
      control: (props: object) => h('input', { ...props, autocomplete: 'off', defaultValue: value }),
    });
  return h(
    'form',
    { class: 'write', ref: form, onSubmit: ask, noValidate: true },
    h(Field, {
      name: 'text',
      label: 'Text of the article',
      hint: 'Headline included, a paragraph a line. The ledger keeps its SHA-256 and the number of its paragraphs, not the text.',
      problems,
      control: (props: object) => h('textarea', { ...props, rows: 14 }),
    }),
    input('article', 'Id of the article', 'Short, and of no other article.'),
    input(
      'partnership',
      'Partnership',
      'As partner.rights-holder; left empty, the one of which the text names both.',
      view.partnership,
    ),
    input(
      'published',
      'Published',
      'A date: 2018-02-05, 2018-02, [2017-09-13..2018-02-08]. Without it, dates that lack their year stay open.',
    ),
    h(TokenField, { problems }),
    h(Wrong, { problems, fields: new Set(['text', 'article', 'partnership', 'published', 'token']) }),
    h('button', { type: 'submit' }, 'Number the paragraphs and suggest reports'),
  );
}

const noFields: ReadonlySet<string> = new Set();

type DeskProps = { readonly drafted: Drafted; readonly back: () => void };

function Desk({ drafted: { text, draft }, back }: DeskProps): ComponentChild {
  const editor = useRef<HTMLTextAreaElement>(null);
  const [yaml, setYaml] = useState(draft.yaml);
  const [isNew, setNew] = useState(false);
  const verdict = useVerdict(yaml, isNew);
  const [recorded, setRecorded] = useState<{ readonly article: string; readonly position: number } | null>(null);
  const [refused, setRefused] = useState<readonly FieldProblem[]>([]);
  const record = async (): Promise<void> => {
    const sending = await send({ ...requestOf(yaml, isNew, false), token: tokenTyped() });
    if (sending.isOk) setRecorded(sending.answer as { article: string; position: number });
    else setRefused(sending.problems);
  };
  const goTo = (line: number): void => {
    const before = yaml
      .split('\n')
      .slice(0, line - 1)
      .join('\n').length;
    const from = line === 1 ? 0 : before + 1;
    editor.current?.focus();
    editor.current?.setSelectionRange(from, from + (yaml.split('\n')[line - 1]?.length ?? 0));
  };
  if (recorded !== null) {
    return h(
      'p',
      { class: 'lede', role: 'status' },
      `Recorded up to event ${recorded.position}. `,
      h(
        'a',
        { class: 'link', href: articlePath(recorded.article) },
        `Article ${recorded.article}, paragraph by paragraph`,
      ),
    );
  }
  return h(
    'div',
    { class: 'desk' },
    h(Paragraphs, { draft, yaml, change: setYaml }),
    h(
      'div',
      { class: 'write' },
      h(Field, {
        name: 'yaml',
        label: 'Article file',
        hint: 'A line that begins with “#?” is a suggestion: nothing of it is read.',
        problems: [],
        control: (props: object) =>
          h('textarea', {
            ...props,
            ref: editor,
            rows: 28,
            spellcheck: false,
            wrap: 'off',
            value: yaml,
            onInput: ({ currentTarget }: { readonly currentTarget: HTMLTextAreaElement }) =>
              setYaml(currentTarget.value),
          }),
      }),
      h(
        'label',
        { class: 'choice' },
        h('input', { type: 'checkbox', checked: isNew, onChange: () => setNew(!isNew) }),
        ' The partnership is new to this ledger',
      ),
      h(VerdictView, { verdict, goTo }),
      h(Wrong, { problems: refused, fields: noFields }),
      h(
        'p',
        { class: 'acts' },
        h('button', { type: 'button', disabled: !verdict.isSound, onClick: () => void record() }, 'Record'),
        h('button', { type: 'button', onClick: () => download('article.yaml', yaml) }, 'Download the file'),
        h('button', { type: 'button', onClick: () => download('article.txt', text) }, 'Download the text'),
        h('button', { type: 'button', onClick: back }, 'Another text'),
      ),
    ),
  );
}

function requestOf(yaml: string, isNew: boolean, isDryRun: boolean) {
  const query = new URLSearchParams({
    ...(isDryRun ? { dryRun: 'true' } : {}),
    ...(isNew ? { newPartnership: 'true' } : {}),
  });
  return { address: `/api/articles?${query.toString()}`, body: yaml, type: 'application/yaml' };
}

function download(name: string, text: string): void {
  const href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  const link = Object.assign(document.createElement('a'), { href, download: name });
  link.click();
  URL.revokeObjectURL(href);
}

/** What recording the file would do, as far as the last answer says. */
type Verdict = {
  readonly isSound: boolean;
  readonly problems: readonly FieldProblem[];
  readonly rehearsal: Rehearsal | null;
};

type Rehearsal = {
  readonly effects: Readonly<Record<string, readonly string[]>>;
  readonly flags: readonly { readonly fact: string; readonly detail: string }[];
  readonly warnings: readonly { readonly message: string; readonly line?: number }[];
  readonly contests: readonly {
    readonly fact: string;
    readonly field: string;
    readonly values: readonly { readonly value: unknown }[];
  }[];
};

const pauseMs = 600;

// Asks once one stops typing. An answer on an earlier text is no answer on this one.
function useVerdict(yaml: string, isNew: boolean): Verdict {
  const [verdict, setVerdict] = useState<Verdict>({ isSound: false, problems: [], rehearsal: null });
  useEffect(() => {
    let isCurrent = true;
    setVerdict((before) => ({ ...before, isSound: false }));
    const check = async (): Promise<void> => {
      const sending = await send({ ...requestOf(yaml, isNew, true), token: tokenTyped() });
      if (!isCurrent) return;
      setVerdict(
        sending.isOk
          ? { isSound: true, problems: [], rehearsal: sending.answer as Rehearsal }
          : { isSound: false, problems: sending.problems, rehearsal: null },
      );
    };
    const timer = setTimeout(() => void check(), pauseMs);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [yaml, isNew]);
  return verdict;
}

type VerdictProps = { readonly verdict: Verdict; readonly goTo: (line: number) => void };

function VerdictView({ verdict: { problems, rehearsal }, goTo }: VerdictProps): ComponentChild {
  const { effects = {}, contests = [], flags = [], warnings = [] } = rehearsal ?? {};
  const joined = ['corroborated', 'advanced', 'narrowed'].flatMap((effect) => effects[effect] ?? []);
  return h(
    'section',
    { class: 'preview', 'aria-label': 'What the check says', role: 'status' },
    rehearsal === null
      ? h('h2', { class: 'h4' }, problems.length === 0 ? 'Being checked' : `To mend: ${problems.length}`)
      : h('h2', { class: 'h4' }, 'Sound'),
    h(
      'ul',
      { class: 'plain' },
      problems.map(({ text, line, field }) =>
        h(
          'li',
          { key: `${line} ${field} ${text}` },
          line === undefined
            ? null
            : h('button', { type: 'button', class: 'line', onClick: () => goTo(line) }, `Line ${line}`),
          ` ${text}`,
        ),
      ),
    ),
    h(Listed, { title: 'Would introduce', items: effects['entered'] ?? [] }),
    h(Listed, { title: 'Would join', items: [...new Set(joined)] }),
    h(Listed, {
      title: 'Would contest',
      items: contests.map(
        ({ fact, field, values }) => `${fact}, ${field}: ${values.map(({ value }) => valueWords(value)).join(' or ')}`,
      ),
    }),
    h(Listed, { title: 'To look at', items: flags.map(({ fact, detail }) => `${fact}: ${detail}`) }),
    h(Listed, { title: 'Doubts', items: warnings.map(({ line, message }) => `Line ${line}: ${message}`) }),
  );
}

type ParagraphsProps = { readonly draft: Draft; readonly yaml: string; readonly change: (yaml: string) => void };

function Paragraphs({ draft: { paragraphs }, yaml, change }: ParagraphsProps): ComponentChild {
  const lines = yaml.split('\n');
  return h(
    'ol',
    { class: 'paragraphs', 'aria-label': 'Text, paragraph by paragraph' },
    paragraphs.map(({ paragraph, text, found, suggestions }) =>
      h(
        'li',
        { key: paragraph },
        h('p', null, text),
        found.length === 0
          ? null
          : h(
              'p',
              { class: 'n' },
              found
                .map(({ words, kind, means }) => `“${words}”: ${kind}${means === null ? ', open' : ` ${means}`}`)
                .join('; '),
            ),
        suggestions.map((suggestion) => {
          const marked = `  #? ${suggestion}`;
          const isOpen = lines.includes(marked);
          const isKept = lines.includes(`  ${suggestion}`);
          return h(
            'div',
            { class: isKept ? 'suggestion kept' : 'suggestion', key: suggestion },
            h('code', null, suggestion.slice(2)),
            isKept ? h('span', { class: 'n' }, ' kept') : null,
            isOpen
              ? [
                  h(
                    'button',
                    {
                      type: 'button',
                      key: 'keep',
                      onClick: () => change(yaml.replace(marked, () => `  ${suggestion}`)),
                    },
                    'Keep',
                  ),
                  h(
                    'button',
                    {
                      type: 'button',
                      key: 'drop',
                      onClick: () => change(lines.filter((line) => line !== marked).join('\n')),
                    },
                    'Leave out',
                  ),
                ]
              : null,
          );
        }),
        h(
          'button',
          { type: 'button', class: 'line', onClick: () => change(withOmitted(yaml, paragraph)) },
          `Nothing in paragraph ${paragraph}`,
        ),
      ),
    ),
  );
}

// Adds a paragraph to those that give no report.
function withOmitted(yaml: string, paragraph: number): string {
  const list = /^ {2}no report: \[(.*)\]$/m.exec(yaml);
  if (list === null) return yaml.replace(/^omitted:$/m, `omitted:\n  no report: [${paragraph}]`);
  const numbers = new Set([...(list[1] ?? '').split(', '), String(paragraph)]);
  return yaml.replace(list[0], `  no report: [${[...numbers].join(', ')}]`);
}
