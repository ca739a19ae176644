import process from 'node:process';
import { runTests } from './run-tests.ts';
import { testsThatUse } from './tests-that-use.ts';

// On the test server, `npm test` runs these already; of test/faults it has test/both-stores/killed.
const onBothStores = /^test\/(?:both-stores|faults)\//;

// Nothing of it is about EventStoreDB.
const ofTheFile = 'test/faults/disk-full.test.ts';

// These ask what answers mean, how they look and who gets them. They take most of the time, and the same events give the
// same answers, as test/both-stores shows: they run on a real server, or if they are named.
const ofAnswers =
  /^test\/(?:(?:cases|page|exports|fuzz)\/|http\/(?:access|audit-filters|citations|client|clocks|diff|drift|errors|moments|openapi|order-of-arrival|reported-clock|search|silence|subjects|why)\.)/;

const contract = 'test/event-store/eventstoredb.test.ts';

const { EVENTSTORE_URL = '' } = process.env;
const isReal = EVENTSTORE_URL !== '';

const withLedgers = testsThatUse('test/support/open-test-ledger.ts').filter((file) => file !== ofTheFile);
const files = isReal
  ? [contract, ...withLedgers]
  : withLedgers.filter((file) => !onBothStores.test(file) && !ofAnswers.test(file));

console.log(
  isReal
    ? 'On the server at EVENTSTORE_URL: the contract, and every test that opens a ledger.'
    : 'On the test server: the tests that open a ledger, but those of what answers mean. (The contract and test/both-stores ran there with npm test.)',
);
const given = process.argv.slice(2);
const all = await runTests(given.length > 0 ? given : files, { TEST_EVENT_STORE: 'esdb' });
process.exitCode = all ? 0 : 1;
