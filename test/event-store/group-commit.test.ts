import { DatabaseSync } from 'node:sqlite';
import type { Test } from 'tap';
import t from 'tap';
import { groupCommit } from '../../src/event-store/group-commit.ts';

/** A table to write to, and how many commits there were. */
const begin = (t: Test) => {
  const database = new DatabaseSync(':memory:');
  t.teardown(() => database.close());
  database.exec('CREATE TABLE written (word TEXT)');
  let commits = 0;
  const group = groupCommit(database, 100, {
    committed: () => {
      commits += 1;
    },
    failed: () => undefined,
  });
  const add = database.prepare('INSERT INTO written VALUES (?)');
  return {
    write: (word: string) => group.submit(() => add.run(word).lastInsertRowid),
    submit: group.submit,
    words: () =>
      database
        .prepare('SELECT word FROM written')
        .all()
        .map(({ word }) => word),
    commits: () => commits,
  };
};

t.test('writes of one turn share one commit, in their order', async (t) => {
  const { write, words, commits } = begin(t);
  await Promise.all([write('a'), Promise.resolve().then(() => write('b')), write('c')]);
  t.same(words(), ['a', 'c', 'b']);
  t.equal(commits(), 1);
  await write('d');
  t.equal(commits(), 2);
});

t.test('a task that answers with an error is refused alone', async (t) => {
  const { write, submit, words } = begin(t);
  const [first, refused, last] = await Promise.allSettled([
    write('a'),
    submit(() => new RangeError('not this one')),
    write('b'),
  ]);
  t.equal(first.status, 'fulfilled');
  t.match(refused, { status: 'rejected', reason: { name: 'RangeError', message: 'not this one' } });
  t.equal(last.status, 'fulfilled');
  t.same(words(), ['a', 'b']);
});

t.test('a failing commit undoes the whole group with its reason, and the next group works', async (t) => {
  const { write, submit, words, commits } = begin(t);
  const broken = new Error('disk I/O error');
  const outcomes = await Promise.allSettled([
    write('a'),
    submit(() => {
      throw broken;
    }),
    write('b'),
  ]);
  for (const outcome of outcomes) {
    t.match(outcome, { status: 'rejected', reason: { name: 'StoreUnavailable', cause: broken } });
  }
  t.same(words(), []);
  t.equal(commits(), 0);
  await write('c');
  t.same(words(), ['c']);
});
