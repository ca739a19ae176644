import t from 'tap';
import { articleWith, read } from './article-text.ts';

const granted = (fields: string) =>
  articleWith(`  - { CategoryGranted: mobility, happened: 2015-03-13, p: 1-3, ${fields} }\n`);

t.test('territories are codes, or worldwide; starts are a day for each', async (t) => {
  const fieldsOf = (fields: string) => read(granted(fields)).reading?.reports[0]?.fields;
  t.same(fieldsOf('territory: JP'), { territory: ['JP'] });
  t.same(fieldsOf('territory: [NO, JP]'), { territory: ['JP', 'NO'] }, 'Norway is a text');
  t.same(fieldsOf('territory: worldwide, excludedTerritory: [JP]'), {
    territory: ['worldwide'],
    excludedTerritory: ['JP'],
  });
  t.same(fieldsOf('startByTerritory: { worldwide: 2017, JP: 2015-03-13, KR: "[2015..2016]" }'), {
    startByTerritory: { JP: '2015-03-13', KR: '[2015..2016]', worldwide: '2017' },
  });
});

t.test('a mistaken territory names its place and what is meant', async (t) => {
  for (const [fields, path, suggestion] of [
    ['territory: Japan', '/territory', 'JP'],
    ['territory: [JP, UK]', '/territory/1', 'GB'],
    ['territory: global', '/territory', 'worldwide'],
    ['territory: [JP, worldwide]', '/territory', 'worldwide'],
    ['territory: [JP, JP]', '/territory', undefined],
    ['territory: []', '/territory', undefined],
    ['startByTerritory: 2017', '/startByTerritory', undefined],
    ['startByTerritory: { Japan: 2015 }', '/startByTerritory/Japan', 'JP'],
    ['startByTerritory: { JP: soon }', '/startByTerritory/JP', undefined],
  ] as const) {
    const { problems } = read(granted(fields));
    t.match(problems, [{ path: `/reports/0${path}` }], fields);
    t.equal(problems[0]?.suggestion, suggestion, fields);
  }
});
