import type { IngestResult } from '../../projections/ingest-result.ts';
import { type Canvas, drawTable, type Line } from '../draw-table.ts';
import type { Ingested } from '../ingested.ts';
import { flagMark } from './marks.ts';

/** What became of a file: as ingested, with the number of doubts about it. */
export type IngestedFile = Ingested & { readonly warnings: number };

const outcomes = { recorded: 'green', unchanged: 'dim', refused: 'red' } as const;

const effectCounts = ({ effects }: IngestResult): string =>
  Object.entries(effects)
    .map(([effect, facts]) => `${facts.length} ${effect}`)
    .join(', ');

const whatItDid = (file: IngestedFile): readonly Line[] => {
  const warnings = `${file.warnings} ${file.warnings === 1 ? 'warning' : 'warnings'}`;
  const warned = file.warnings === 0 ? [] : [{ text: warnings, format: 'yellow' } as const];
  if (file.outcome === 'unchanged') return [{ text: 'recorded before with the same content' }, ...warned];
  if (file.outcome === 'refused') return [{ text: `not recorded: ${file.rule}` }, ...warned];
  const flags = file.result.flags.map(({ fact, rule, detail }) => ({
    text: `${flagMark} ${rule}: ${detail} (${fact})`,
    format: 'red' as const,
  }));
  return [{ text: effectCounts(file.result) }, ...flags, ...warned];
};

/** What an ingest did, a row for each article in the order in which they were recorded. */
export const ingestTable = (files: readonly IngestedFile[], canvas: Canvas): string =>
  drawTable(
    {
      columns: [
        { head: 'Article', least: 7, most: 30 },
        { head: 'Outcome', least: 9, most: 9 },
        { head: 'Events', least: 6, most: 9 },
        { head: 'Facts', least: 30, most: 90 },
      ],
      rows: files.map((file) => [
        [{ text: file.revision === 1 ? file.article : `${file.article}/r${file.revision}` }],
        [{ text: file.outcome, format: outcomes[file.outcome] }],
        [{ text: file.outcome === 'recorded' ? String(file.events) : '' }],
        whatItDid(file),
      ]),
    },
    canvas,
  );
