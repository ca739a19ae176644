import { type ComponentChild, h } from 'preact';
import { useId } from 'preact/hooks';
import { type FieldProblem, keepToken, tokenTyped } from './send.ts';

/** A field with its label, a hint, and what is wrong with it. */
export function Field({ name, label, hint = '', problems, control }: FieldProps): ComponentChild {
  const id = useId();
  const own = problems.filter(({ field }) => field === name);
  const describedBy = [...(hint === '' ? [] : [`${id}-hint`]), ...(own.length === 0 ? [] : [`${id}-wrong`])];
  const props = {
    id,
    name,
    'aria-invalid': own.length > 0 ? 'true' : undefined,
    'aria-describedby': describedBy.length === 0 ? undefined : describedBy.join(' '),
  };
  return h(
    'div',
    { class: 'field' },
    h('label', { for: id }, label),
    hint === '' ? null : h('p', { class: 'n', id: `${id}-hint` }, hint),
    control(props),
    own.length === 0 ? null : h('p', { class: 'wrong', id: `${id}-wrong` }, own.map(({ text }) => text).join(' ')),
  );
}

type FieldProps = {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly problems: readonly FieldProblem[];
  readonly control: (props: object) => ComponentChild;
};

/** The token for writes: kept by the page, and by nothing else. */
export function TokenField({ problems }: { readonly problems: readonly FieldProblem[] }): ComponentChild {
  const hint = 'Your token of this ledger. It stays in the memory of this page, and is gone when you leave it.';
  const control = (props: object) =>
    h('input', {
      ...props,
      type: 'password',
      autocomplete: 'off',
      defaultValue: tokenTyped(),
      onInput: ({ currentTarget }: { readonly currentTarget: HTMLInputElement }) => keepToken(currentTarget.value),
    });
  return h(Field, { name: 'token', label: 'Token', hint, problems, control });
}

/** What is wrong with the whole, or with what no field of the form stands for. */
export function Wrong({ problems, fields }: WrongProps): ComponentChild {
  const rest = problems.filter(({ field }) => !fields.has(field));
  return h(
    'div',
    { role: 'alert' },
    rest.map(({ field, text }) => h('p', { class: 'wrong', key: field + text }, text)),
  );
}

/** What the page is doing. The line is there before it says anything: only then it is read out. */
export function Progress({ text }: { readonly text: string }): ComponentChild {
  return h('p', { class: 'n', role: 'status' }, text);
}

type WrongProps = { readonly problems: readonly FieldProblem[]; readonly fields: ReadonlySet<string> };

/** Puts the focus on the first field that is wrong. */
export function focusWrong(form: HTMLFormElement | null): void {
  requestAnimationFrame(() => form?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus());
}

/** A list under a title, or nothing. */
export function Listed({
  title,
  items,
}: {
  readonly title: string;
  readonly items: readonly string[];
}): ComponentChild {
  if (items.length === 0) return null;
  return [
    h('h3', { class: 'h4', key: 'title' }, title),
    h(
      'ul',
      { class: 'plain', key: 'list' },
      items.map((text) => h('li', { key: text }, text)),
    ),
  ];
}
