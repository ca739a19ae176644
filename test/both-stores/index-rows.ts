import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

// How far the log of a server was looked at depends on when it was asked, not on what it holds.
const perProcess = new Set(['numbers.sqlite checkpoint']);

/** All that the indexes in a data folder hold, by table, in an order that does not depend on how they were made. */
export const indexRows = (dataDir: string, files: readonly string[]): Readonly<Record<string, readonly string[]>> => {
  const tables: Record<string, readonly string[]> = {};
  for (const file of files) {
    const database = new DatabaseSync(join(dataDir, file), { readOnly: true });
    const names = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").all();
    for (const { name } of names) {
      const rows = database.prepare(`SELECT * FROM "${String(name)}"`).all();
      if (!perProcess.has(`${file} ${String(name)}`)) {
        tables[`${file} ${String(name)}`] = rows.map((row) => JSON.stringify(row)).toSorted((a, b) => (a < b ? -1 : 1));
      }
    }
    database.close();
  }
  return tables;
};
