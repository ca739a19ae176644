import type { IngestResult } from '../../projections/ingest-result.ts';
import type { BatchResult } from '../batch-result.ts';
import { counted } from '../counted.ts';
import { type Canvas, drawTable, type Line } from '../draw-table.ts';
import type { Ingested, RecordedArticle } from '../ingested.ts';
import { flagMark } from './marks.ts';

/** What became of a file: as ingested, with the number of doubts about it. */
export type IngestedFile = Ingested & { readonly warnings: number };

const outcomes = { recorded: 'green', unchanged: 'dim', refused: 'red' } as const;

function effectCounts({ effects }: IngestResult): string {
  return Object.entries(effects)
    .filter(([, facts]) => facts.length > 0)
    .map(([effect, facts]) => `${facts.length} ${effect}`)
    .join(', ');
}

function flagLines({ flags }: IngestResult): readonly Line[] {
  return flags.map(({ fact, rule, detail }) => ({ text: `${flagMark} ${rule}: ${detail} (${fact})`, format: 'red' }));
}

function recordedLines({ result, facts, newFacts }: RecordedArticle): readonly Line[] {
  return result === null
    ? [{ text: `${facts} reported, ${newFacts} new` }]
    : [{ text: effectCounts(result) }, ...flagLines(result)];
}

function whatItDid(file: IngestedFile): readonly Line[] {
  if (file.outcome === 'unchanged') return [{ text: 'recorded before with the same content' }];
  if (file.outcome === 'refused') return [{ text: `not recorded: ${file.rule}` }];
  return recordedLines(file);
}

function warningLine({ warnings }: IngestedFile): readonly Line[] {
  return warnings === 0 ? [] : [{ text: counted(warnings, 'warning'), format: 'yellow' }];
}

/** What an ingest did, a row for each article in the order in which they were recorded. */
export function ingestTable(files: readonly IngestedFile[], canvas: Canvas): string {
  return drawTable(
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
        [...whatItDid(file), ...warningLine(file)],
      ]),
    },
    canvas,
  );
}

/** What a large batch did as a whole, a row for each partnership. */
export function batchTable(results: readonly BatchResult[], canvas: Canvas): string {
  return drawTable(
    {
      columns: [
        { head: 'Partnership', least: 12, most: 40 },
        { head: 'Articles', least: 8, most: 9 },
        { head: 'Facts', least: 30, most: 90 },
      ],
      rows: results.map((result) => [
        [{ text: result.partnership }],
        [{ text: String(result.articles) }],
        [{ text: effectCounts(result) }, ...flagLines(result)],
      ]),
    },
    canvas,
  );
}
