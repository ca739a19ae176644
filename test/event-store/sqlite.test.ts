import t from 'tap';
import { eventStoreContract } from './contract.ts';
import { enrolment } from './sqlite-enrolment.ts';

eventStoreContract(t, enrolment);
