import process from 'node:process';
import t from 'tap';
import { eventStoreContract } from './contract/contract.ts';
import { enrolment, enrolmentAt, testServer } from './contract/eventstoredb-enrolment.ts';

t.test('the test server', async (t) => {
  t.teardown(async () => (await testServer()).stop());
  eventStoreContract(t, enrolment);
});

const address = process.env['EVENTSTORE_URL'];
const skip = !address && 'EVENTSTORE_URL is not set: no real server was asked';

t.test('the server at EVENTSTORE_URL', { skip }, async (t) => eventStoreContract(t, enrolmentAt(address ?? '')));
