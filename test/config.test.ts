import t from 'tap';
import { readConfig } from '../src/config.ts';
import { ownWriters } from '../src/domain/vocabulary/events.ts';

const [anna, ben] = ['a-token-of-anna-anna', 'a-token-of-ben:ben=+/'];
const tokens = (text: string) => readConfig({ WRITE_TOKENS: text }).WRITE_TOKENS;
const refusal = (environment: Readonly<Record<string, string>>): string => {
  try {
    readConfig(environment);
  } catch (error) {
    return (error as Error).message;
  }
  return 'it was read';
};

t.test('the tokens of stewards are read by name', async (t) => {
  t.equal(readConfig({}).WRITE_TOKENS, undefined);
  t.equal(tokens(''), undefined, 'empty is not set');
  t.strictSame(tokens(`anna:${anna},ben-2.x:${ben}`), [
    { name: 'anna', token: anna },
    { name: 'ben-2.x', token: ben },
  ]);
  t.strictSame(
    tokens(` anna:${anna}, ben:${ben} `)?.map(({ name }) => name),
    ['anna', 'ben'],
  );
});

t.test('every mistake in the tokens is reported with its place and without the token', async (t) => {
  const wrong: Readonly<Record<string, RegExp>> = {
    [anna]: /entry 1 is not of the form name:token/,
    [`anna:${anna},${ben.replace(':', '')}`]: /entry 2 is not of the form name:token/,
    [`anna:${anna},`]: /entry 2 is not of the form name:token/,
    [`:${anna}`]: /the name of entry 1/,
    [`Anna:${anna}`]: /the name of entry 1/,
    [`anna b:${anna}`]: /the name of entry 1/,
    [`${'a'.repeat(65)}:${anna}`]: /the name of entry 1/,
    'anna:secret-of-15-ch': /the token of entry 1 has fewer than 16/,
    'anna:secret with spaces in it': /the token of entry 1 has characters other than visible ASCII/,
    'anna:geheim-mit-ümlauten': /the token of entry 1 has characters other than visible ASCII/,
    [`anna:${anna},anna:${ben}`]: /entries 1 and 2 have the same name/,
    [`anna:${anna},ben:${ben},eve:${anna}`]: /entries 1 and 3 have the same token/,
  };
  for (const [text, message] of Object.entries(wrong)) {
    const told = refusal({ WRITE_TOKENS: text });
    t.match(told, message);
    for (const secret of [anna, ben, 'secret', 'geheim']) t.notMatch(told, secret);
  }
  t.match(refusal({ WRITE_TOKENS: `Anna:short,Ben:${ben}` }), /entry 1[\s\S]*entry 1[\s\S]*entry 2/, 'all at once');
});

t.test('no steward may have a name under which the ledger itself records', async (t) => {
  for (const name of Object.values(ownWriters))
    t.match(refusal({ WRITE_TOKENS: `${name}:${anna}` }), /the ledger itself/);
  t.match(ownWriters, { api: 'api', seeds: 'seeds', cli: 'cli', ledger: 'ledger', copy: 'copy' });
});

t.test('a token stands for one writer', async (t) => {
  const told = refusal({ WRITE_TOKEN: anna, WRITE_TOKENS: `anna:${anna}` });
  t.match(told, /WRITE_TOKENS contains WRITE_TOKEN/);
  t.notMatch(told, anna);
  t.match(readConfig({ WRITE_TOKEN: ben, WRITE_TOKENS: `anna:${anna}` }), { WRITE_TOKEN: ben });
});

t.test('a folder of seeds that somebody names has to exist', async (t) => {
  const folder = t.testdir({ file: '' });
  t.equal(readConfig({ SEEDS_DIR: folder }).SEEDS_DIR, folder);
  t.equal(readConfig({ SEEDS_DIR: '' }).SEEDS_DIR, 'seeds', 'empty is not set');
  for (const missing of [`${folder}/nowhere`, `${folder}/file`]) {
    const told = refusal({ SEEDS_DIR: missing });
    t.equal(told, `a setting cannot be used: SEEDS_DIR=${missing}: SEEDS_DIR must be a folder that exists`);
  }
});

t.test('hosts are named one by one, and every entry that is none is reported', async (t) => {
  t.strictSame(readConfig({ EMBED_HOSTS: 'News.example, *.club.example,http://localhost:8080' }).EMBED_HOSTS, [
    'https://news.example',
    'https://*.club.example',
    'http://localhost:8080',
  ]);
  t.strictSame(readConfig({ WEBHOOK_HOSTS: 'hooks.example,[::1]:8080' }).WEBHOOK_HOSTS, [
    'hooks.example',
    '[::1]:8080',
  ]);
  for (const wrong of ['*', "a.example; script-src 'none'", 'https://a.example/path', '']) {
    t.match(refusal({ EMBED_HOSTS: `news.example,${wrong}` }), `"${wrong}" is not a site`);
    t.match(refusal({ WEBHOOK_HOSTS: `hooks.example,${wrong}` }), `"${wrong}" is not a host`);
  }
  t.match(refusal({ WEBHOOK_HOSTS: '*.example' }), '"*.example" is not a host');
});
