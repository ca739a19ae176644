// A process of its own that records one article file in the ledger that its settings name, and prints what became of it.
import { readFile } from 'node:fs/promises';
import { readArticle } from '../../src/articles/read-article.ts';
import { emptyRegistry } from '../../src/articles/registry.ts';
import { readConfig } from '../../src/config.ts';
import { openLedger } from '../../src/open-ledger.ts';
import { recordArticle } from '../../src/recording/record-article.ts';

const [file = '', at = '0'] = process.argv.slice(2);
const { reading, problems } = readArticle(await readFile(file, 'utf8'), { file, subjects: emptyRegistry });
if (reading === null) throw new Error(JSON.stringify(problems));
const { DATA_DIR: dataDir, EVENT_STORE: eventStore, STREAM_PREFIX: streamPrefix } = readConfig();
const ledger = await openLedger({ dataDir, eventStore, streamPrefix });
// Both processes wait for the same moment so that they race.
await new Promise((resolve) => setTimeout(resolve, Number(at) - Date.now()));
const result = await recordArticle(reading, { recordedBy: 'test', isNewPartnership: true }, ledger);
await ledger.close();
process.stdout.write(JSON.stringify(result));
