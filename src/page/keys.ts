import { type ComponentChild, h } from 'preact';
import type { Live } from './time-bar.ts';

/** The keys of the page, and the switch for those that are single letters. */
export function Keys({ live: { lettersOn, toggleLetters } }: { readonly live: Live }): ComponentChild {
  return h(
    'dialog',
    { id: 'keys', 'aria-labelledby': 'keys-title' },
    h('h2', { class: 'h3', id: 'keys-title' }, 'Keys'),
    h(
      'dl',
      { class: 'dl' },
      keys.map(([key, meaning]) => [h('dt', { key }, h('kbd', null, key)), h('dd', { key: meaning }, meaning)]),
    ),
    h(
      'label',
      { class: 'switch' },
      h('input', { type: 'checkbox', checked: lettersOn, onChange: toggleLetters }),
      ' Letters and digits are keys',
    ),
    h('form', { method: 'dialog' }, h('button', { type: 'submit' }, 'Close')),
  );
}

const keys: readonly (readonly [key: string, meaning: string])[] = [
  ['← →', 'the moment before, after'],
  ['Home End', 'the first moment, today'],
  ['Space', 'play, stop'],
  ['↑ ↓', 'the link before, after'],
  ['1 2 3', 'choose a clock'],
  ['g', 'go to a day'],
  ['c', 'compare with another day'],
  ['/', 'search'],
  ['Enter', 'open the link'],
  ['Esc', 'back'],
  ['?', 'these keys'],
  ['K E X', 'while writing: keep, change, leave out a suggestion'],
  ['[ ]', 'while writing: the paragraph before, after'],
];
