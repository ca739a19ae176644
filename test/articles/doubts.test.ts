import t from 'tap';
import { readArticle } from '../../src/articles/read-article.ts';
import { emptyRegistry, registryOf } from '../../src/articles/registry.ts';
import { articleFile } from '../cli/article-file.ts';

const helio = registryOf([
  { kind: 'partnership', slug: 'helio.ioc', name: 'Helio', aliases: [] },
  { kind: 'obligation', slug: 'insurance', name: 'Insurance', aliases: [] },
]);
const warned = (reports: readonly string[], head: Record<string, string> = {}, tail = '', subjects = helio) => {
  const file = `${articleFile('a', reports, { partnership: 'helio.ioc', ...head })}${tail}`;
  const { reading, warnings } = readArticle(file, { file: 'a.yaml', subjects });
  return reading === null ? null : warnings.map(({ path, message }) => `${path}: ${message}`);
};
const signed = 'PartnershipSigned: ~, happened: 2025-03-03';

t.test('a value that makes no sense where it stands is warned of', async (t) => {
  const odd: readonly (readonly [string, RegExp])[] = [
    [
      'PartnershipAnnounced: helio.ioc, happened: ~',
      /^\/reports\/0\/PartnershipAnnounced: .*write PartnershipAnnounced: ~$/,
    ],
    ['TermAgreed: 2032, happened: ~', /^\/reports\/0\/TermAgreed: 2032 contains a date.*end: 2032 if that is meant/],
    ['ObligationUndertaken: helio.ioc, happened: ~', /name the obligation that it is about/],
    ['ObligationUndertaken: insurance-2026, happened: ~', /name the obligation without it/],
    ['StorefrontOpened: store-2026w, happened: ~', /name the storefront without it/],
  ];
  for (const [report, message] of odd) {
    const warnings = warned([report]);
    t.equal(warnings?.length, 1, `one warning for ${report}`);
    t.match(warnings?.[0], message);
  }
});

t.test('names, instances and years of what can come again are not odd', async (t) => {
  for (const report of [signed, 'TermAgreed: ~, happened: ~, end: 2032', 'PartnershipRenewed: 2032, happened: ~']) {
    t.strictSame(warned([report]), [], report);
  }
  const issue = registryOf([
    { kind: 'partnership', slug: 'helio.ioc', name: 'Helio', aliases: [] },
    { kind: 'reputation', slug: 'fakes', name: 'Fakes', aliases: [] },
  ]);
  t.strictSame(warned(['ReputationIssueRaised: fakes.ustr-2016, happened: ~'], {}, '', issue), []);
});

t.test('a basis that says nothing, and an article of which most is left out, are warned of', async (t) => {
  for (const basis of ['test', 'Made up.', 'n/a', 't']) {
    t.match(warned([signed], { publishedBasis: basis }), [/^\/publishedBasis: .*does not say how the day is known/]);
  }
  t.strictSame(warned([signed], { publishedBasis: 'Printed under the headline.' }), []);
  const most = warned([signed], { paragraphs: '4' }, 'omitted: { history of the company: 2-4 }\n');
  t.match(most, [/^\/omitted: 3 of 4 paragraphs are omitted/]);
  t.strictSame(warned([signed, 'TermAgreed: ~, happened: ~'], { paragraphs: '3' }, 'omitted: { byline: 2-3 }\n'), []);
});

t.test('what is not registered is one warning, whatever the number of reports', async (t) => {
  const reports = [
    'TierGranted: gold, happened: ~',
    'CampaignLaunched: dawn, happened: ~',
    'CampaignEnded: dawn, happened: ~',
  ];
  t.match(warned(reports, {}, '', emptyRegistry), [
    /^\/partnership: helio\.ioc \(partnership\), gold \(tier\), dawn \(campaign\) are not registered: give names under subjects/,
  ]);
});
