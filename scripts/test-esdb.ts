import process from 'node:process';
import { runTests } from './run-tests.ts';
import { testsThatUse } from './tests-that-use.ts';

// `npm test` runs these on the test server, so here only a real server is new to them.
const ofBothStores = 'test/both-stores/';
const contract = 'test/event-store/eventstoredb.test.ts';

const { EVENTSTORE_URL = '' } = process.env;
const isReal = EVENTSTORE_URL !== '';

const withLedgers = testsThatUse('test/support/open-test-ledger.ts');
const files = isReal ? [contract, ...withLedgers] : withLedgers.filter((file) => !file.startsWith(ofBothStores));

console.log(
  isReal
    ? 'On the server at EVENTSTORE_URL: the contract, and every test that opens a ledger.'
    : 'On the test server: every test that opens a ledger. (The contract and test/both-stores ran there with npm test.)',
);
const given = process.argv.slice(2);
const all = await runTests(given.length > 0 ? given : files, { TEST_EVENT_STORE: 'esdb' });
process.exitCode = all ? 0 : 1;
