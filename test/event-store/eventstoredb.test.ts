import t from 'tap';
import { eventStoreContract } from './contract.ts';
import { enrolment, testServer } from './eventstoredb-enrolment.ts';

eventStoreContract(t, enrolment);
t.teardown(async () => (await testServer()).stop());
