import t from 'tap';
import { splitConnectionString } from '../../../src/event-store/eventstoredb/connection-string.ts';

t.test('the address of a connection string is split from its credentials', async (t) => {
  for (const [given, address, credentials] of [
    ['esdb://localhost:2113?tls=false', 'esdb://localhost:2113?tls=false', undefined],
    ['esdb://localhost', 'esdb://localhost', undefined],
    [' esdb://ops:secret@db:2113 ', 'esdb://db:2113', { username: 'ops', password: 'secret' }],
    ['esdb+discover://a:b@cluster/?x=y', 'esdb+discover://cluster/?x=y', { username: 'a', password: 'b' }],
    [
      'esdb://a:b@one:1,two:2,three:3?tls=true',
      'esdb://one:1,two:2,three:3?tls=true',
      { username: 'a', password: 'b' },
    ],
    ['esdb://a%40b:p%3A%40%2F%3F%25@db', 'esdb://db', { username: 'a@b', password: 'p:@/?%' }],
    ['esdb://a:p:q@r@db', 'esdb://db', { username: 'a', password: 'p:q@r' }],
    ['esdb://a:@db', 'esdb://db', { username: 'a', password: '' }],
  ] as const) {
    t.same(splitConnectionString(given), { address, credentials }, given);
  }
});

t.test('a malformed connection string is refused without repeating its secret', async (t) => {
  for (const [given, message] of [
    ['http://a:secret@db', /must begin with esdb:\/\/ or esdb\+discover:\/\//],
    ['', /must begin with esdb/],
    ['esdb://secret@db', /user:password/],
    ['esdb://a:secret%zz@db', /URL-encoded/],
    ['esdb://a:secret/@db', /URL-encoded/],
    ['esdb://a:secret?b@db', /URL-encoded/],
  ] as const) {
    try {
      splitConnectionString(given);
      t.fail(`${given} was taken`);
    } catch (error) {
      t.ok(error instanceof TypeError);
      t.match(String(error), message);
      t.notMatch(String((error as Error).stack), /secret/);
    }
  }
});
