import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { articleFile, articleJsonSchema, contextShape, evidenceShape, modalityShape } from '../src/articles/schema.ts';
import type { EventType } from '../src/domain/vocabulary/event-type.ts';
import { reportTypes } from '../src/domain/vocabulary/event-types.ts';

/** Where the generated files are. */
export const schemaPath = fileURLToPath(new URL('../seeds/article.schema.json', import.meta.url));
export const readmePath = fileURLToPath(new URL('../seeds/README.md', import.meta.url));

const row = (...cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

const table = (heads: readonly string[], rows: readonly string[]): string =>
  [row(...heads), row(...heads.map(() => '---')), ...rows].join('\n');

const keyTable = (shape: Readonly<Record<string, z.ZodType>>): string =>
  table(
    ['key', 'needed', 'what it says'],
    Object.entries(shape).map(([key, schema]) => {
      const inner = schema instanceof z.ZodOptional ? (schema.unwrap() as z.ZodType) : schema;
      return row(`\`${key}\``, inner === schema ? 'yes' : '', inner.description ?? '');
    }),
  );

const subjectsOf = (type: EventType): string => {
  if (type.markets) return 'market codes';
  if (type.subject === 'partnership') return 'nothing, or an instance';
  if (type.subject === 'none') return 'nothing';
  return type.subject === 'named' ? type.kind : `${type.kind}, or nothing`;
};

const gamesOf: Readonly<Record<EventType['edition'], string>> = {
  key: 'a fact each',
  required: 'a fact each, needed',
  field: 'together',
  none: '',
};

const fieldsOf = ({ fields, within }: EventType): string =>
  [
    ...(within ? ['`campaign` (needed)'] : []),
    ...Object.entries(fields).map(([name, { kind, says }]) => `\`${name}\` (${kind}): ${says}`),
  ].join('; ');

const typeTable = (): string =>
  table(
    ['type', 'what it reports', 'its value', 'games', 'own fields'],
    reportTypes.map((type) =>
      row(
        `\`${type.type}\``,
        type.says + (type.statement ? ' _(a statement)_' : ''),
        subjectsOf(type),
        gamesOf[type.edition],
        fieldsOf(type),
      ),
    ),
  );

const ofSomeTypes = {
  ...contextShape,
  campaign: contextShape.campaign.optional(),
  games: contextShape.games.optional(),
};

const tables = (): Readonly<Record<string, string>> => ({
  'file keys': keyTable(articleFile.shape),
  'report keys': keyTable({ ...modalityShape, ...evidenceShape, ...ofSomeTypes }),
  types: typeTable(),
});

/** The text with its generated tables made anew, each between `<!-- begin name -->` and `<!-- end name -->`. */
export const withTables = (text: string): string =>
  Object.entries(tables()).reduce((before, [name, content]) => {
    const [begin, end] = [`<!-- begin ${name} -->`, `<!-- end ${name} -->`];
    const [from, to] = [before.indexOf(begin), before.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`the text has no place for the table "${name}": ${begin} … ${end}`);
    return `${before.slice(0, from + begin.length)}\n${content}\n${before.slice(to)}`;
  }, text);

if (import.meta.main) {
  writeFileSync(schemaPath, JSON.stringify(articleJsonSchema(), null, 2));
  writeFileSync(readmePath, withTables(readFileSync(readmePath, 'utf8')));
  const formatted = spawnSync('biome', ['format', '--write', schemaPath], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  process.exitCode = formatted.status ?? 1;
}
