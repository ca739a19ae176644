import type { PartnershipAnswer, partnershipsAnswer } from '../../projections/partnerships.ts';
import { type Canvas, counted, drawTable, type Line } from '../print.ts';
import { answerText, dateText, statusLine } from '../words.ts';

/** Where a partnership stands: its status, its parties, its term, and how it is to end. */
export function partnershipTable(answer: PartnershipAnswer, canvas: Canvas): string {
  const { status, timing, otherStatuses, parties, plannedEnds, byStatus } = answer;
  const rows: readonly (readonly [string, readonly Line[]])[] = [
    ['status', [statusLine(status, timing), ...otherStatuses.map((other) => statusLine(other, 'possible'))]],
    ['parties', parties.map(({ name, role, timing }) => statusLine(`${name} (${role})`, timing))],
    ['term', termLines(answer)],
    ['to end', plannedEnds.flatMap(endLines)],
    ['facts', Object.entries(byStatus).map(([reached, count]) => ({ text: `${count} ${reached}` }))],
  ];
  const told = rows.filter(([, lines]) => lines.length > 0);
  return drawTable(
    {
      columns: [
        { head: 'What', least: 8, most: 8 },
        { head: 'How it stands', least: 30, most: 90 },
      ],
      rows: told.map(([what, lines]) => [[{ text: what }], lines]),
    },
    canvas,
  );
}

function termLines({ term, termOver }: Pick<PartnershipAnswer, 'term' | 'termOver'>): readonly Line[] {
  const { start, end, years, contested } = term;
  const parts = [
    ...(start === null ? [] : [`from ${dateText(start)}`]),
    ...(end === null ? [] : [`to ${dateText(end)}`]),
    ...(years === null ? [] : [`${answerText(years)} years`]),
  ];
  return [
    ...(parts.length === 0 ? [] : [{ text: parts.join(', ') }]),
    ...(contested ? [{ text: 'contested', format: 'yellow' as const }] : []),
    ...(termOver === null ? [] : [{ text: `over since ${termOver.since}; no report tells how it ended` }]),
  ];
}

function endLines({ fact, type, status, timing, date }: PartnershipAnswer['plannedEnds'][number]): readonly Line[] {
  return [
    statusLine(status, timing),
    { text: `${type}: ${date === null ? 'no date' : dateText(date)}` },
    { text: fact, format: 'dim' },
  ];
}

/** The partnerships: where each stands, its parties, its term, and how much is told of it. */
export function partnershipsTable(
  partnerships: ReturnType<typeof partnershipsAnswer>['partnerships'],
  canvas: Canvas,
): string {
  return drawTable(
    {
      columns: [
        { head: 'Status', least: 10, most: 14 },
        { head: 'Partnership', least: 24, most: 60 },
        { head: 'Term', least: 14, most: 40 },
        { head: 'Told', least: 13, most: 20 },
      ],
      rows: partnerships.map((one) => [
        [statusLine(one.status, one.timing), ...one.otherStatuses.map((other) => statusLine(other, 'possible'))],
        [
          { text: one.name, format: 'bold' },
          ...one.parties.map(({ name, role, timing }) => statusLine(`${name} (${role})`, timing)),
          { text: one.id, format: 'dim' },
        ],
        termLines(one),
        [
          { text: counted(one.facts, 'fact') },
          ...(one.contested === 0 ? [] : [{ text: `${one.contested} contested`, format: 'yellow' as const }]),
          { text: counted(one.articles, 'article') },
        ],
      ]),
    },
    canvas,
  );
}
