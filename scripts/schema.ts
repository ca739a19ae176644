import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { articleFile, articleJsonSchema, contextShape, evidenceShape, modalityShape } from '../src/articles/schema.ts';
import type { EventType } from '../src/domain/vocabulary/event-type.ts';
import { gamesTypes, reportTypes } from '../src/domain/vocabulary/event-types.ts';

const pathOf = (file: string): string => fileURLToPath(new URL(`../${file}`, import.meta.url));

export const schemaPath = pathOf('seeds/article.schema.json');
export const readmePath = pathOf('seeds/README.md');
export const eventTypesPath = pathOf('docs/event-types.md');

/** The documents that have generated tables. */
export const documentPaths = [readmePath, eventTypesPath];

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
  if (type.recurs) return 'nothing (the key carries the year), or an instance';
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
    ...Object.entries(fields).map(
      ([name, { kind, meaning, oneOf }]) => `\`${name}\` (${oneOf?.join(', ') ?? kind}): ${meaning}`,
    ),
  ].join('; ');

const typeTable = (types: readonly EventType[]): string =>
  table(
    ['type', 'kind', 'milestone', 'what it reports', 'its value', 'Games', 'own fields'],
    types.map((type) =>
      row(
        `\`${type.type}\``,
        type.kind,
        type.milestone,
        type.meaning + (type.statement ? ' _(a statement)_' : ''),
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

/** The generated tables, by the names that mark their places in a document. */
const tables: Readonly<Record<string, string>> = {
  'file keys': keyTable(articleFile().shape),
  'report keys': keyTable({ ...modalityShape, ...evidenceShape, ...ofSomeTypes }),
  'types of reports': typeTable(reportTypes),
  'types of references': typeTable(gamesTypes),
};

/** The text with each table between `<!-- begin name -->` and `<!-- end name -->` generated again. */
export const withTables = (text: string): string =>
  text.replaceAll(/(<!-- begin (.+?) -->\n).*?(<!-- end \2 -->)/gs, (_, begin: string, name: string, end: string) => {
    const content = tables[name];
    if (content === undefined)
      throw new Error(`there is no table "${name}"; there are ${Object.keys(tables).join(', ')}`);
    return `${begin}${content}\n${end}`;
  });

if (import.meta.main) {
  writeFileSync(schemaPath, JSON.stringify(articleJsonSchema(), null, 2));
  for (const path of documentPaths) writeFileSync(path, withTables(readFileSync(path, 'utf8')));
  const formatted = spawnSync('biome', ['format', '--write', schemaPath], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  process.exitCode = formatted.status ?? 1;
}
