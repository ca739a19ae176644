import t from 'tap';
import { type DescribedEdition, editionNamed, gamesNamedIn } from '../../../src/domain/vocabulary/games-names.ts';

const paralympic = ['Paralympic Games'];
const described: readonly DescribedEdition[] = [
  { edition: '2008S', hosts: ['Beijing'], series: [] },
  { edition: '2016S', hosts: ['Rio de Janeiro'], series: [] },
  { edition: '2020S', hosts: ['Tokyo'], series: [] },
  { edition: '2022W', hosts: ['Beijing'], series: [] },
  { edition: 'paralympics.2020', hosts: ['Tokyo'], series: paralympic },
  { edition: 'paralympics.2022', hosts: ['Beijing'], series: paralympic },
  { edition: 'fifa-world-cup.2026', hosts: [], series: ['FIFA World Cup'] },
  { edition: 'rugby-world-cup.2027', hosts: ['Australia'], series: ['Rugby World Cup'] },
  { edition: 'hockey-world-cup.2026', hosts: ['Netherlands'], series: ['Hockey World Cup'] },
];

const meant: Readonly<Record<string, string | null>> = {
  'Beijing 2022': '2022W',
  'beijing-2008': '2008S',
  'Rio 2016': '2016S',
  'the Tokyo 2020 Olympics': '2020S',
  '2022 Winter Games': '2022W',
  'Tokyo 2020 Paralympics': 'paralympics.2020',
  'Paralympic Games Beijing 2022': 'paralympics.2022',
  'FIFA World Cup 2026': 'fifa-world-cup.2026',
  'Rugby World Cup 2027': 'rugby-world-cup.2027',
  'World Cup 2026': null,
  'Beijing 2020': null,
  'Summer Games 2022': null,
  'Tokyo 2020 Marathon': null,
  'Winter Olympics 2018': '2018W',
  '1988 Olympics': null,
  Beijing: null,
  '2022': null,
  'Beijing 2008 2022': null,
};

t.test('Games are named by host, year and series, and by the year alone never', async (t) => {
  for (const [name, edition] of Object.entries(meant)) t.equal(editionNamed(name, described), edition, name);
});

t.test('a text names Games by a year with their host or series beside it', async (t) => {
  const found: Readonly<Record<string, Readonly<Record<string, string | null>>>> = {
    'At Tokyo 2020, and in Rio de Janeiro 2016.': { 'Tokyo 2020': '2020S', 'Rio de Janeiro 2016': '2016S' },
    'the Tokyo 2020 Paralympics': { 'Tokyo 2020 Paralympics': 'paralympics.2020' },
    'until the Olympic Games of 2022 (Beijing)': { 'Olympic Games of 2022': '2022W' },
    'the 1988 Olympics were in the same year': { '1988 Olympics': null },
    'the 2026 World Cup in Australia': { '2026 World Cup': null },
    'It opened in Tokyo in 2019, with 2020 desks.': {},
  };
  for (const [text, names] of Object.entries(found)) {
    const read = gamesNamedIn(text, described).map(({ words, means }) => [words, means]);
    t.same(Object.fromEntries(read), names, text);
  }
});
