import { type ComponentChild, h } from 'preact';
import { Sheet } from './sheet.ts';

/** Where a browser gives its token once, and is told how it stands. */
export function signInView({ next, wrong, name, isOpen }: Omit<SignInView, 'kind' | 'title'>): SignInView {
  return { kind: 'sign-in', title: name === null ? 'Sign in' : 'Signed in', next, wrong, name, isOpen };
}

export type SignInView = {
  readonly kind: 'sign-in';
  readonly title: string;
  /** The address to go on to. */
  readonly next: string;
  /** What is wrong with the token that was given. */
  readonly wrong: string | null;
  /** Who is signed in. */
  readonly name: string | null;
  /** Whether reading needs no token here. */
  readonly isOpen: boolean;
};

/** The page to sign in, and to sign out. */
export function SignIn({ view }: { readonly view: SignInView }): ComponentChild {
  const { title, name, isOpen } = view;
  if (name !== null) return h(Sheet, { title }, h(SignOut, { name, isOpen }));
  const intro = isOpen
    ? 'Reading needs no token here. Pages that decide and write ask for yours when you send something.'
    : 'Reading needs a token here. You give it once: this browser then reads for twelve hours, and can write nothing.';
  return h(Sheet, { title, intro }, isOpen ? null : h(Form, { view }));
}

function Form({ view: { next, wrong } }: { readonly view: SignInView }): ComponentChild {
  const described = wrong === null ? 'token-hint' : 'token-hint token-wrong';
  return h(
    'form',
    { class: 'write', method: 'post', action: '/sign-in' },
    h('input', { type: 'hidden', name: 'next', value: next }),
    h(
      'div',
      { class: 'field' },
      h('label', { for: 'token' }, 'Token'),
      h('p', { class: 'n', id: 'token-hint' }, 'Whoever runs this ledger gives you one.'),
      h('input', {
        id: 'token',
        name: 'token',
        type: 'password',
        autocomplete: 'current-password',
        required: true,
        autofocus: true,
        'aria-describedby': described,
        ...(wrong === null ? {} : { 'aria-invalid': 'true' }),
      }),
      wrong === null ? null : h('p', { class: 'wrong', id: 'token-wrong', role: 'alert' }, sentenceOf(wrong)),
    ),
    h('button', { type: 'submit' }, 'Sign in'),
  );
}

function SignOut({ name, isOpen }: { readonly name: string; readonly isOpen: boolean }): ComponentChild {
  const rest = isOpen
    ? 'Reading needs no token here anyway.'
    : 'This browser reads until twelve hours after the token was given. To decide or write, a page asks for the token again.';
  return [
    h('p', { class: 'lede', key: 'who' }, `This browser reads as ${name}. ${rest}`),
    h(
      'form',
      { class: 'write', method: 'post', action: '/sign-out', key: 'out' },
      h('button', { type: 'submit' }, 'Sign out'),
    ),
    h('p', { key: 'on' }, h('a', { class: 'link', href: '/' }, 'To the partnerships')),
  ];
}

function sentenceOf(text: string): string {
  const sentence = `${text[0]?.toUpperCase()}${text.slice(1)}`;
  return sentence.endsWith('.') ? sentence : `${sentence}.`;
}
