import * as fc from 'fast-check';
import t from 'tap';
import { nearest } from '../../../src/domain/vocabulary/nearest.ts';

const subjects = [
  'alibaba',
  'alibaba-group',
  'cloud-services',
  'coca-cola',
  'e-commerce-platform-services',
  'greatness-of-small',
  'beijing 2022',
  'pyeongchang 2018',
  'tmall-ocog',
];
const parameters = ['occurredAsOf', 'reportedAsOf', 'recordedAsOf', 'atPosition', 'timing', 'status', 'games'];

t.test('a mistyped name finds the name that was meant', async (t) => {
  t.same(nearest('clod-services', subjects), ['cloud-services']);
  t.same(nearest('greatnes-of-smal', subjects), ['greatness-of-small']);
  t.same(nearest('pyongchang-2018', subjects), ['pyeongchang 2018']);
  t.same(nearest('occuredAsOf', parameters, { limit: 1 }), ['occurredAsOf']);
  t.same(nearest('statsu', parameters), ['status'], 'two letters swapped');
  t.same(nearest('CampainLaunched', ['CampaignEnded', 'CampaignLaunched'], { limit: 1 }), ['CampaignLaunched']);
});

t.test('the nearest name ignores case, accents, hyphens, underscores and spaces', async (t) => {
  t.same(nearest('beijing-2022', subjects), ['beijing 2022']);
  t.same(nearest('BEIJING_2022', subjects), ['beijing 2022']);
  t.same(nearest('Côca Cola', subjects), ['coca-cola']);
  t.same(nearest('occurred_as_of', parameters, { limit: 1 }), ['occurredAsOf']);
  t.same(nearest('cn', ['CN', 'JP']), ['CN']);
});

t.test('a part of a name, or a name with more around it, finds it', async (t) => {
  t.same(nearest('tmall', ['tmall-ocog', 'cloud-services']), ['tmall-ocog']);
  t.same(nearest('platform services', subjects), ['e-commerce-platform-services']);
  t.same(nearest('the-winter-games-of-beijing-2022', subjects), ['beijing 2022']);
  t.same(nearest('bejing', subjects), ['beijing 2022'], 'mistyped as well');
  t.same(nearest('asOf', parameters), ['occurredAsOf', 'recordedAsOf', 'reportedAsOf']);
});

t.test('the nearest names come first, at most as many as asked for', async (t) => {
  t.same(nearest('alibaba group', subjects), ['alibaba-group', 'alibaba']);
  t.same(nearest('alibaba group', subjects, { limit: 1 }), ['alibaba-group']);
  t.same(nearest('services', subjects), ['cloud-services', 'e-commerce-platform-services']);
});

t.test('no name is suggested when all are far away', async (t) => {
  t.same(nearest('zebra', subjects), []);
  t.same(nearest('XX', ['CN', 'JP', 'GX']), [], 'codes of two letters are all near each other');
  t.same(nearest('of', subjects), []);
  t.same(nearest('', subjects), []);
  t.same(nearest('cloud', []), []);
});

t.test('the order of the known names does not change the suggestions', async () => {
  const shuffled = fc.shuffledSubarray(subjects, { minLength: subjects.length });
  fc.assert(
    fc.property(shuffled, fc.constantFrom('services', 'alibaba', 'cola', 'small beijing'), (names, word) => {
      return JSON.stringify(nearest(word, names)) === JSON.stringify(nearest(word, subjects));
    }),
  );
});
