/**
 * Listens for keys. `actionOf` gives what a key does here, or null. A single letter is a key only outside of fields
 * and while letters are switched on; within a dialog no key is. Returns how to stop listening.
 */
export function listenForKeys(actionOf: (event: KeyboardEvent) => (() => void) | null): () => void {
  const hear = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTyping(event.target) || (event.key === ' ' && isPressed(event.target))) return;
    if (event.key.length === 1 && event.key !== ' ' && !lettersOn()) return;
    if (document.querySelector('dialog[open]') !== null) return;
    const action = actionOf(event);
    if (action === null) return;
    event.preventDefault();
    action();
  };
  document.addEventListener('keydown', hear);
  return () => document.removeEventListener('keydown', hear);
}

/** Whether what has the focus takes what is typed. */
export function isTyping(target: EventTarget | null): boolean {
  const fields = 'input:not([type=range], [type=checkbox], [type=radio]), textarea, select, [contenteditable]';
  return target instanceof HTMLElement && target.closest(fields) !== null;
}

// A space presses what it is on.
function isPressed(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('button, summary, a, [type=checkbox], [type=radio]') !== null;
}

const lettersKey = 'single-letter keys';

/** Whether single letters and digits are keys. */
export function lettersOn(): boolean {
  return localStorage.getItem(lettersKey) !== 'off';
}

/** Switches the keys that are single letters or digits on or off. */
export function toggleLetters(): void {
  localStorage.setItem(lettersKey, lettersOn() ? 'off' : 'on');
}

/** Puts the focus into a field, with its text selected. */
export function focusOn(selector: string): void {
  const field = document.querySelector(selector);
  if (field instanceof HTMLInputElement) {
    field.focus();
    field.select();
  }
}

/** Opens what a link on the page leads to. */
export function follow(selector: string): void {
  const link = document.querySelector(selector);
  if (link instanceof HTMLElement) link.click();
}

/** Moves the focus to the link of the row before or after. */
export function moveRow(by: number): void {
  const links = [...document.querySelectorAll<HTMLElement>('main a[href]')].filter((link) => link.checkVisibility());
  const at = document.activeElement instanceof HTMLElement ? links.indexOf(document.activeElement) : -1;
  links[at === -1 ? 0 : Math.max(0, Math.min(at + by, links.length - 1))]?.focus();
}
