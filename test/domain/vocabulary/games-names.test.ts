import t from 'tap';
import { type DescribedEdition, editionNamed } from '../../../src/domain/vocabulary/games-names.ts';

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
  Beijing: null,
  '2022': null,
  'Beijing 2008 2022': null,
};

t.test('Games are named by host, year and series, and by the year alone never', async (t) => {
  for (const [name, edition] of Object.entries(meant)) t.equal(editionNamed(name, described), edition, name);
});
