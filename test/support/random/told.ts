import type { RecordedEvent } from '../../../src/event-store/event-store.ts';

const inWords = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

type Words = Readonly<Record<string, string>>;

// Null and empty values are left out.
const wordsOf = (data: Readonly<Record<string, unknown>>): Words =>
  Object.fromEntries(
    Object.entries(data).flatMap(([name, value]) =>
      value === null || (Array.isArray(value) && value.length === 0) ? [] : [[name, inWords(value)]],
    ),
  );

const reportInWords = ({ data, metadata }: RecordedEvent): string => {
  const { fact, modality, date = '-', subject: _subject, ...rest } = wordsOf(data);
  const { attribution, speaker } = metadata as { attribution: string; speaker: { name: string } | null };
  const mouth = speaker === null ? attribution : `${attribution} (${speaker.name})`;
  const said = Object.entries(rest).map(([name, value]) => `${name}=${value}`);
  return [fact, modality, date, 'by', mouth, ...said].join(' ');
};

type PositionOf = (id: string) => number | undefined;

const decisionInWords = ({ type, data }: RecordedEvent, positionOf: PositionOf): string => {
  const { article, revision, fact, from, field, value, basis, withdrawnOn } = wordsOf(data);
  const since = withdrawnOn === undefined ? '' : `, withdrawn ${withdrawnOn}`;
  if (type === 'ArticleRetracted') return `${type} ${article}.${revision}${since}`;
  if (type === 'FactsMerged') return `${type} ${from} into ${fact}`;
  if (type === 'MergeUndone') return `${type} ${from} from ${fact}`;
  const judged = `of ${(data['reports'] as readonly string[]).map(positionOf).join(', ')}`;
  if (type === 'FactRetracted') return `${type} ${fact} ${judged}${since}`;
  const reference = data['reference'] as { readonly published: string } | null;
  const founded = reference === null ? basis : `${basis}, published ${reference.published}`;
  return `${type} ${fact} ${field}=${value} ${judged} (${founded})`;
};

const lineOf = (event: RecordedEvent, positionOf: PositionOf): string => {
  const { type, data, metadata, stream } = event;
  if (type === 'LedgerOpened') return type;
  const {
    article,
    revision,
    because = 'first',
    published = 'as before',
    publisher = 'nobody',
    games,
    ...rest
  } = wordsOf(data);
  if (type === 'ArticleRead') return `${type} ${article}.${revision} ${because}, published ${published}, ${publisher}`;
  if ('reference' in metadata) {
    const { window = '', host = '' } = rest;
    return `${type} ${games} ${window}${host} published ${wordsOf(metadata)['published']}`;
  }
  if ('article' in metadata) return `  ${type} ${reportInWords(event)}`;
  return `${decisionInWords(event, positionOf)} in ${stream}`;
};

/** A ledger in words: a line an event, with its position and when it was recorded. */
export const told = (events: readonly RecordedEvent[]): readonly string[] => {
  const positions = new Map(events.map(({ id, position }) => [id, position]));
  return events.map((event) => `${event.position} ${event.recordedAt} ${lineOf(event, (id) => positions.get(id))}`);
};
