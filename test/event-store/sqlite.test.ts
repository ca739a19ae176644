import t from 'tap';
import { eventStoreContract } from './contract/contract.ts';
import { enrolment } from './contract/sqlite-enrolment.ts';

eventStoreContract(t, enrolment);
