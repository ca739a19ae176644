import { type ComponentChild, h } from 'preact';
import { useContext } from 'preact/hooks';
import type { AuditAnswer } from '../projections/audit.ts';
import type { Source } from '../projections/shapes.ts';
import { addressOf, articlePath, type Clocks } from './address.ts';
import { Glyph, type GlyphName, type Tone } from './glyphs.ts';
import { ToolsContext, type VerifyProps } from './tools.ts';
import {
  capitalise,
  dateWords,
  dayWords,
  edtfDate,
  fieldName,
  paragraphsWords,
  plain,
  publishedWords,
  valueWords,
} from './words.ts';

/** One report of one article, in words. */
export function sourceLine(source: Source, clocks: Clocks): SourceLine {
  const {
    article,
    paragraphs,
    publisher,
    published,
    attribution,
    speaker,
    note,
    modality,
    date,
    values,
    implied,
    identityAssumed,
    corrections,
    position,
  } = source;
  return {
    article,
    href: `${addressOf(articlePath(article), clocks)}#p${paragraphs[0] ?? 1}`,
    place: paragraphsWords(paragraphs),
    publisher: publisher ?? 'publisher not known',
    published: publishedWords(published),
    saidBy: mouth(attribution, speaker),
    words: note ?? '',
    modality: `${modality}${date === null ? ', no day told' : `, ${dateWords(edtfDate(date))}`}`,
    values: Object.entries(values)
      .map(([field, value]) => `${fieldName(field)}: ${valueWords(value)}`)
      .join('; '),
    caveat: [
      ...(implied ? ['names no Games; the coverage does'] : []),
      ...(identityAssumed === null ? [] : [`taken to be the same: ${identityAssumed}`]),
      ...corrections.map(
        ({ field, said, value, reason }) =>
          `${plain(field)}: says ${valueWords(said)}, corrected to ${valueWords(value)} (${reason})`,
      ),
    ].join('; '),
    position,
  };
}

export type SourceLine = {
  readonly article: string;
  readonly href: string;
  readonly place: string;
  readonly publisher: string;
  readonly published: string;
  readonly saidBy: string;
  readonly words: string;
  readonly modality: string;
  readonly values: string;
  readonly caveat: string;
  readonly position: number;
};

/** Who says so. */
export function mouth(attribution: string, speaker: Source['speaker']): string {
  const by = mouths[attribution] ?? plain(attribution);
  return speaker === null ? by : `${by}: ${[speaker.name, speaker.role].filter(Boolean).join(', ')}`;
}

const mouths: Readonly<Record<string, string>> = {
  'joint-statement': 'both parties together',
  party: 'a party',
  outlet: 'the outlet',
  'second-hand': 'the outlet, at second hand',
  inference: 'the outlet, as a guess',
};

type SourceProps = { readonly source: SourceLine; readonly because?: string };

/** A source as a paragraph. */
export function SourceView({
  source: { article, href, place, publisher, published, saidBy, words, modality, values, caveat },
  because,
}: SourceProps): ComponentChild {
  return h(
    'article',
    { class: `src${because === undefined ? '' : ' out'}` },
    h(
      'p',
      null,
      h('a', { class: 'link', href }, `Article ${article}, ${place}`),
      h('span', { class: 'n' }, ` ${publisher}, published ${published}`),
    ),
    words === '' ? null : h('p', { class: 'q' }, words),
    h(
      'p',
      { class: 'n' },
      [saidBy, modality, values, caveat, because ?? ''].filter(Boolean).map(capitalise).join('. '),
    ),
  );
}

export type TrailStep = {
  readonly glyph: GlyphName;
  readonly tone: Tone;
  readonly text: string;
  readonly more: string;
  readonly href: string | null;
  readonly event: VerifyProps;
};

/** An event of the audit trail in a line. */
export function trailStep(
  {
    position,
    recordedAt,
    recordedBy,
    event,
    article,
    effects,
    late,
    paragraphs,
    supersededBy,
  }: AuditAnswer['entries'][number],
  clocks: Clocks,
): TrailStep {
  const effect = effects.at(-1) ?? 'none';
  const { glyph, tone, words } = effectSigns[effect] ?? {
    glyph: 'omitted' as const,
    tone: 'mute' as const,
    words: plain(effect),
  };
  const source =
    article === null
      ? `${plain(event.type)} by ${recordedBy}`
      : `Article ${article}${paragraphs.length === 0 ? '' : `, ${paragraphsWords(paragraphs)}`}`;
  return {
    glyph,
    tone,
    text: source,
    more: [
      `event ${position}, recorded ${dayWords(recordedAt.slice(0, 10))}`,
      words,
      ...(late ? ['late: published before what was recorded earlier'] : []),
      ...(supersededBy === null ? [] : [`replaced by event ${supersededBy}`]),
    ].join('; '),
    href: article === null ? null : addressOf(articlePath(article), clocks),
    event: { position, id: event.id },
  };
}

/** How the effect of an event shows. */
export const effectSigns: Readonly<
  Record<string, { readonly glyph: GlyphName; readonly tone: Tone; readonly words: string }>
> = {
  entered: { glyph: 'new', tone: 'good', words: 'new' },
  corroborated: { glyph: 'agrees', tone: 'mute', words: 'agrees' },
  advanced: { glyph: 'moved-on', tone: 'blue', words: 'moved on' },
  narrowed: { glyph: 'moved-on', tone: 'blue', words: 'more exact' },
  contested: { glyph: 'contested', tone: 'con', words: 'disagrees' },
  corrected: { glyph: 'moved-on', tone: 'due', words: 'corrected' },
  retracted: { glyph: 'cancelled', tone: 'over', words: 'retracted' },
  superseded: { glyph: 'omitted', tone: 'mute', words: 'replaced' },
  resolved: { glyph: 'agrees', tone: 'con', words: 'settled' },
};

/** A step of the trail as a line. */
export function TrailView({
  step: { glyph, tone, text, more, href, event },
}: {
  readonly step: TrailStep;
}): ComponentChild {
  return h(
    'li',
    { class: `c-${tone}` },
    h(Glyph, { name: glyph }),
    h(
      'span',
      null,
      href === null ? text : h('a', { href }, text),
      h('span', { class: 'n' }, ` ${more}`),
      h(VerifyHere, { event }),
    ),
  );
}

/** Where a browser can check an event itself. */
export function VerifyHere({ event }: { readonly event: VerifyProps }): ComponentChild {
  const tools = useContext(ToolsContext);
  return tools === null ? null : h(tools.Verify, event);
}
