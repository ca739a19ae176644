import { type ComponentChild, h } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { articlePath } from '../address.ts';
import type { WriteProps } from '../tools.ts';
import { valueWords } from '../words.ts';
import { Field, focusWrong, Listed, Progress, TokenField, Wrong } from './field.ts';
import { listenForKeys } from './keys.ts';
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
  const [isBusy, setBusy] = useState(false);
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
    setBusy(true);
    const sending = await send({
      address: `/api/drafts?${query.toString()}`,
      body,
      type: 'text/plain',
      token: tokenTyped(),
    });
    setBusy(false);
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
    h('button', { type: 'submit', disabled: isBusy }, 'Number the paragraphs and suggest reports'),
    h(Progress, { text: isBusy ? 'Reading the text …' : '' }),
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
  const [isBusy, setBusy] = useState(false);
  const record = async (): Promise<void> => {
    setBusy(true);
    setRefused([]);
    const sending = await send({ ...requestOf(yaml, isNew, false), token: tokenTyped() });
    setBusy(false);
    if (sending.isOk) setRecorded(sending.answer as { article: string; position: number });
    else setRefused(sending.problems);
  };
  // Keeps a suggestion and puts the caret on its line. The line is there once the new text is drawn.
  const edit = (next: string, line: number): void => {
    setYaml(next);
    requestAnimationFrame(() => selectLine(editor.current, line));
  };
  const goTo = (line: number): void => selectLine(editor.current, line);
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
    h(Paragraphs, { draft, yaml, change: setYaml, edit }),
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
        h('button', { type: 'button', disabled: isBusy || !verdict.isSound, onClick: () => void record() }, 'Record'),
        h('button', { type: 'button', onClick: () => download('article.yaml', yaml) }, 'Download the file'),
        h('button', { type: 'button', onClick: () => download('article.txt', text) }, 'Download the text'),
        h('button', { type: 'button', onClick: back }, 'Another text'),
      ),
      h(Progress, { text: isBusy ? 'Recording …' : '' }),
    ),
  );
}

function selectLine(editor: HTMLTextAreaElement | null, line: number): void {
  const lines = editor?.value.split('\n') ?? [];
  const from = lines.slice(0, line - 1).reduce((sum, { length }) => sum + length + 1, 0);
  editor?.focus();
  editor?.setSelectionRange(from, from + (lines[line - 1]?.length ?? 0));
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

type ParagraphsProps = {
  readonly draft: Draft;
  readonly yaml: string;
  readonly change: (yaml: string) => void;
  /** Changes the text, and puts the caret on a line of it. */
  readonly edit: (yaml: string, line: number) => void;
};

function Paragraphs({ draft: { paragraphs }, yaml, change, edit }: ParagraphsProps): ComponentChild {
  const list = useRef<HTMLOListElement>(null);
  const [current, choose] = useState(0);
  const lines = yaml.split('\n');
  const acts = actsOn(lines, change, edit);
  const open = paragraphs[current]?.suggestions.find((one) => lines.includes(marked(one)));
  // A key counts as soon as what it acts on is drawn.
  useLayoutEffect(() => {
    const on = (act: (suggestion: string) => void) => (open === undefined ? null : () => act(open));
    const goTo = (index: number) => {
      const next = Math.max(0, Math.min(index, paragraphs.length - 1));
      choose(next);
      list.current?.children[next]?.scrollIntoView({ block: 'nearest' });
    };
    return listenForKeys(({ key }) => {
      switch (key.toLowerCase()) {
        case 'k':
          return on(acts.keep);
        case 'e':
          return on(acts.edit);
        case 'x':
          return on(acts.leaveOut);
        case '[':
          return () => goTo(current - 1);
        case ']':
          return () => goTo(current + 1);
      }
      return null;
    });
  });
  return h(
    'ol',
    { class: 'paragraphs', 'aria-label': 'Text, paragraph by paragraph', ref: list },
    paragraphs.map(({ paragraph, text, found, suggestions }, i) =>
      h(
        'li',
        { key: paragraph, 'aria-current': i === current ? 'true' : undefined, onClick: () => choose(i) },
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
        suggestions.map((suggestion) =>
          h(SuggestionView, {
            suggestion,
            lines,
            acts,
            hasKeys: i === current && suggestion === open,
            key: suggestion,
          }),
        ),
        h(
          'button',
          { type: 'button', class: 'line', onClick: () => change(withOmitted(yaml, paragraph)) },
          `Nothing in paragraph ${paragraph}`,
        ),
      ),
    ),
  );
}

function marked(suggestion: string): string {
  return `  #? ${suggestion}`;
}

type Acts = {
  readonly keep: (suggestion: string) => void;
  readonly edit: (suggestion: string) => void;
  readonly leaveOut: (suggestion: string) => void;
};

function actsOn(lines: readonly string[], change: ParagraphsProps['change'], edit: ParagraphsProps['edit']): Acts {
  const kept = (suggestion: string) =>
    lines.map((line) => (line === marked(suggestion) ? `  ${suggestion}` : line)).join('\n');
  return {
    keep: (suggestion) => change(kept(suggestion)),
    edit: (suggestion) => edit(kept(suggestion), lines.indexOf(marked(suggestion)) + 1),
    leaveOut: (suggestion) => change(lines.filter((line) => line !== marked(suggestion)).join('\n')),
  };
}

type SuggestionProps = {
  readonly suggestion: string;
  readonly lines: readonly string[];
  readonly acts: Acts;
  /** Whether the keys mean this one. */
  readonly hasKeys: boolean;
};

function SuggestionView({ suggestion, lines, acts, hasKeys }: SuggestionProps): ComponentChild {
  const isOpen = lines.includes(marked(suggestion));
  const isKept = lines.includes(`  ${suggestion}`);
  const button = (text: string, key: string, act: (suggestion: string) => void): ComponentChild =>
    h(
      'button',
      { type: 'button', key: text, onClick: () => act(suggestion), ...(hasKeys ? { 'aria-keyshortcuts': key } : {}) },
      text,
      hasKeys ? h('kbd', { 'aria-hidden': 'true' }, key) : null,
    );
  return h(
    'div',
    { class: isKept ? 'suggestion kept' : 'suggestion' },
    h('code', null, suggestion.slice(2)),
    isKept ? h('span', { class: 'n' }, ' kept') : null,
    isOpen
      ? [button('Keep', 'K', acts.keep), button('Change', 'E', acts.edit), button('Leave out', 'X', acts.leaveOut)]
      : null,
  );
}

// Adds a paragraph to those that give no report.
function withOmitted(yaml: string, paragraph: number): string {
  const list = /^ {2}no report: \[(.*)\]$/m.exec(yaml);
  if (list === null) return yaml.replace(/^omitted:$/m, `omitted:\n  no report: [${paragraph}]`);
  const numbers = new Set([...(list[1] ?? '').split(', '), String(paragraph)]);
  return yaml.replace(list[0], `  no report: [${[...numbers].join(', ')}]`);
}
