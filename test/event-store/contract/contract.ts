import type { Test } from 'tap';
import type { EventStore } from '../../../src/event-store/event-store.ts';
import { appendContract } from './append.ts';
import { clockContract } from './clock.ts';
import { closeContract } from './close.ts';
import type { Enrolment } from './enrolment.ts';
import { healthContract } from './health.ts';
import { processesContract } from './processes.ts';
import { readContract } from './read.ts';
import { retryContract } from './retry.ts';
import { subscribeContract } from './subscribe.ts';

/** Runs the whole contract of an event store on the store that enrols. */
export const eventStoreContract = (t: Test, enrolment: Enrolment): void => {
  const openAt = async (t: Test, now?: () => number): Promise<EventStore> => {
    const store = await enrolment.open(await enrolment.place(t.testdir()), now);
    t.teardown(store.close);
    return store;
  };
  const open = (t: Test): Promise<EventStore> => openAt(t);

  t.test('append', async (t) => appendContract(t, open));
  t.test('retry', async (t) => retryContract(t, open));
  t.test('read', async (t) => readContract(t, open));
  t.test('clock', async (t) => clockContract(t, openAt, enrolment));
  t.test('subscribe', async (t) => subscribeContract(t, open));
  t.test('health', async (t) => healthContract(t, open));
  t.test('close', async (t) => closeContract(t, enrolment));
  t.test('processes', async (t) => processesContract(t, enrolment));
};
