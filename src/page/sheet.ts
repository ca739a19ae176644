import { Component, type ComponentChild, type ComponentChildren, h } from 'preact';

/** The frame of a view: its title, a line on what it shows, and what it shows. */
export function Sheet({ title, intro = null, kind = null, id = null, children }: SheetProps): ComponentChild {
  return h(
    'section',
    { class: kind === null ? 'sec' : `sec ${kind}`, ...(id === null ? {} : { id }) },
    h(
      'div',
      { class: 'wrap' },
      h('header', { class: 'sh1' }, h('h1', null, title), intro === null ? null : h('p', null, intro)),
      children,
    ),
  );
}

type SheetProps = {
  readonly title: string;
  readonly intro?: string | null;
  readonly kind?: 'fact' | null;
  readonly id?: string | null;
  readonly children?: ComponentChildren;
};

/** The clocks and filters that a form carries along. */
export function Hidden({ fields }: { readonly fields: HiddenFields }): ComponentChild {
  return fields.map(([name, value]) => h('input', { type: 'hidden', name, value, key: name }));
}

export type HiddenFields = readonly (readonly [string, string | undefined])[];

/** Draws a value, and draws it again only when it says something else: a step of the slider leaves most rows as they are. */
export class Steady<Value> extends Component<SteadyProps<Value>> {
  override shouldComponentUpdate({ value }: SteadyProps<Value>): boolean {
    return value !== this.props.value && JSON.stringify(value) !== JSON.stringify(this.props.value);
  }

  override render(): ComponentChild {
    return this.props.draw(this.props.value);
  }
}

type SteadyProps<Value> = { readonly value: Value; readonly draw: (value: Value) => ComponentChild };
