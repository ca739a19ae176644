import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { keptRegistry } from '../../src/articles/kept-register.ts';
import { readRegistry } from '../../src/articles/register-file.ts';
import { seedsFolder } from '../support/seeds.ts';

const folders = (t: Test, register: string) => {
  const folder = t.testdir({ seeds: { reference: { 'subjects.yaml': register } }, data: {} });
  const [seeds, data] = [join(folder, 'seeds'), join(folder, 'data')];
  return { seeds, data, register: join(seeds, 'reference', 'subjects.yaml'), kept: join(data, 'subjects.json') };
};
const named = (name: string) => `categories: { electric-buses: ${name} }\n`;

t.test('a kept register is the register of the seeds', async (t) => {
  const data = t.testdir({});
  const { subjects } = await readRegistry(seedsFolder);
  await keptRegistry(seedsFolder, data);
  t.ok(existsSync(join(data, 'subjects.json')));
  const { subjects: kept } = await keptRegistry(seedsFolder, data);
  t.strictSame(kept.content, subjects.content);
  for (const kind of [...subjects.content.subjects.map(([kind]) => kind), 'sponsor', 'partnership']) {
    t.strictSame(kept.subjectsOf(kind), subjects.subjectsOf(kind), kind);
  }
  t.strictSame(kept.partnership('alibaba.ioc'), subjects.partnership('alibaba.ioc'));
});

t.test('what is kept is what is read, as long as the text stays the same', async (t) => {
  const { seeds, data, register, kept } = folders(t, named('Buses'));
  await keptRegistry(seeds, data);
  writeFileSync(kept, readFileSync(kept, 'utf8').replace('"name":"Buses"', '"name":"Kept"'));
  t.equal((await keptRegistry(seeds, data)).subjects.name('category', 'electric-buses'), 'Kept');
  writeFileSync(register, named('Coaches'));
  t.equal((await keptRegistry(seeds, data)).subjects.name('category', 'electric-buses'), 'Coaches');
});

t.test('a kept register that is damaged or of another format is read anew', async (t) => {
  const { seeds, data, kept } = folders(t, named('Buses'));
  await keptRegistry(seeds, data);
  const whole = readFileSync(kept, 'utf8');
  for (const damaged of [whole.slice(0, -9), whole.replace('"format":', '"was":').replace('"Buses"', '"Kept"')]) {
    writeFileSync(kept, damaged);
    t.equal((await keptRegistry(seeds, data)).subjects.name('category', 'electric-buses'), 'Buses');
    t.equal(readFileSync(kept, 'utf8'), whole);
  }
});

t.test('a register with a problem is not kept, so each command reports it', async (t) => {
  const { seeds, data, kept } = folders(t, 'categories: { Electric: Buses }\n');
  for (const _ of [1, 2]) t.equal((await keptRegistry(seeds, data)).problems.length, 1);
  t.notOk(existsSync(kept));
});

t.test('without a data folder nothing is written', async (t) => {
  const { seeds, data } = folders(t, named('Buses'));
  const { subjects } = await keptRegistry(seeds, join(data, 'missing'));
  t.equal(subjects.name('category', 'electric-buses'), 'Buses');
  t.notOk(existsSync(join(data, 'missing')));
});
