import t from 'tap';
import { articleText, articleWith, read, reportsOf } from './article-text.ts';

const factsOf = (reports: string) => reportsOf(articleWith(reports)).map(({ fact }) => fact);

t.test('one statement on several Games becomes one fact for each of them', async (t) => {
  const owed = (games: string) =>
    reportsOf(articleWith(`  - ObligationUndertaken: transport\n    games: ${games}\n    happened:\n    p: 1-3\n`));
  const span = owed('2026W..2032S');
  t.strictSame(
    span.map(({ fact }) => fact),
    ['2026w', '2028s', '2030w', '2032s'].map((edition) => `obligation/transport.${edition}/undertaken`),
  );
  t.strictSame(
    span.map(({ games }) => games),
    [['2026W'], ['2028S'], ['2030W'], ['2032S']],
  );
  for (const same of ['2026W, 2028S..2032S', '[2032S, 2026W..2030W]', '2028s, 2026w, 2032s, 2030w']) {
    t.strictSame(owed(same), span, same);
  }
});

t.test('a fact on several Games lists them in the order of the calendar', async (t) => {
  const reports = reportsOf(
    articleWith('  - CampaignLaunched: quiet-roads\n    games: [2028S, 2026W]\n    happened:\n    p: 1-3\n'),
  );
  t.strictSame(
    reports.map(({ fact, games }) => [fact, games]),
    [['campaign/quiet-roads/launched', ['2026W', '2028S']]],
  );
});

t.test('a fact that is not bound to one edition has no edition in its key', async (t) => {
  t.strictSame(factsOf('  - ObligationUndertaken: transport\n    happened:\n    p: 1-3\n'), [
    'obligation/transport/undertaken',
  ]);
});

t.test('several subjects and several Games become one fact for each pair, and share all else', async (t) => {
  const reports = reportsOf(
    articleWith(
      '  - ObligationUndertaken: [transport, charging]\n    games: 2026W, 2028S\n    implied: true\n    happened: 2025-03\n    p: [3, 1, 2]\n    by: party\n    speaker: lund\n    note: buses and chargers\n',
    ),
  );
  t.equal(reports.length, 4);
  t.equal(new Set(reports.map(({ fact }) => fact)).size, 4);
  for (const report of reports) {
    t.match(report, {
      paragraphs: [1, 2, 3],
      attribution: 'party',
      speaker: { name: 'Ida Lund', role: 'head of sponsoring' },
      note: 'buses and chargers',
      implied: true,
      date: '2025-03',
    });
  }
});

t.test('the event type determines the kind of the subject', async (t) => {
  const at = '    happened:\n    p: 1-3\n';
  t.strictSame(factsOf(`  - PartnershipAmended:\n${at}`), ['partnership/kestrel.ioc/amended']);
  t.strictSame(factsOf(`  - PartnershipAmended: 2026-fleet\n${at}`), ['partnership/kestrel.ioc.2026-fleet/amended']);
  t.strictSame(factsOf(`  - CoverageDeclared:\n    games: 2026W\n${at}`), ['coverage/2026w/declared']);
  t.strictSame(factsOf(`  - ObligationQualified:\n    games: 2026W\n${at}`), ['obligation/2026w/qualified']);
  t.strictSame(factsOf(`  - ReputationIssueRaised: noise.night-of-2024\n${at}`), [
    'reputation/noise.night-of-2024/raised',
  ]);
});

t.test('a market is identified by its code and its campaign', async (t) => {
  const reports = reportsOf(
    articleWith('  - MarketEntered: [NO, GB]\n    campaign: quiet-roads\n    planned: 2025-05\n    p: 1-3\n'),
  );
  t.strictSame(
    reports.map(({ fact, subject, campaign }) => [fact, subject, campaign]),
    [
      ['market/quiet-roads.no/entered', 'NO', 'quiet-roads'],
      ['market/quiet-roads.gb/entered', 'GB', 'quiet-roads'],
    ],
  );
});

t.test('one key gives both the modality and the date of a report', async (t) => {
  const launched = (when: string) => {
    const [report] = reportsOf(articleWith(`  - CampaignLaunched: quiet-roads\n    ${when}\n    p: 1-3\n`));
    return [report?.modality, report?.date];
  };
  t.strictSame(launched('happened: 2025-03'), ['happened', '2025-03']);
  t.strictSame(launched('planned: 2025-06~'), ['planned', '2025-06~']);
  t.strictSame(launched('planned:'), ['planned', null]);
  t.strictSame(launched('denied: ~'), ['denied', null]);
  for (const span of ['[2025-04..2025-06]', '"[2025-04..2025-06]"', '2025-04..2025-06']) {
    t.strictSame(launched(`planned: ${span}`), ['planned', '[2025-04..2025-06]'], span);
  }
  t.strictSame(launched('planned: [..2025-06]'), ['planned', '[..2025-06]']);
  t.strictSame(launched('planned: 2025-06..'), ['planned', '[2025-06..]']);
});

t.test('a statement counts as happened although the file does not say so', async (t) => {
  const stated = (when: string) => reportsOf(articleWith(`  - PriorityStated: silence\n${when}    p: 1-3\n`));
  t.match(stated(''), [{ modality: 'happened', date: null }]);
  t.match(stated('    happened: 2025-02\n'), [{ modality: 'happened', date: '2025-02' }]);
});

t.test('a report may name another speaker than its article', async (t) => {
  const by = (keys: string) => {
    const [report] = reportsOf(articleText({ 'p: 1-3': `p: 1-3\n    ${keys}` }));
    return [report?.attribution, report?.speaker];
  };
  t.strictSame(by('speaker: Bus Weekly\n    by: second-hand'), ['second-hand', { name: 'Bus Weekly', role: null }]);
  t.strictSame(by('speaker: Per Aas, mayor, Harbour'), ['outlet', { name: 'Per Aas', role: 'mayor, Harbour' }]);
});

t.test('two speakers on one fact make two reports', async (t) => {
  const report = (by: string, p: string) =>
    `  - CampaignLaunched: quiet-roads\n    planned:\n    by: ${by}\n    p: ${p}\n`;
  t.equal(reportsOf(articleWith(report('party', '1-2') + report('outlet', '3'))).length, 2);
});

t.test('one speaker who plans and reports the same fact makes two reports', async (t) => {
  const report = (modality: string, p: string) => `  - CampaignLaunched: quiet-roads\n    ${modality}:\n    p: ${p}\n`;
  t.equal(reportsOf(articleWith(report('planned', '1-2') + report('denied', '3'))).length, 2);
});

t.test('a speaker stays the same speaker under another printed role', async (t) => {
  const report = (speaker: string, p: string) =>
    `  - CampaignLaunched: quiet-roads\n    planned:\n    by: party\n    speaker: ${speaker}\n    p: ${p}\n`;
  t.equal(reportsOf(articleWith(report('lund', '1-2') + report('Per Aas', '3'))).length, 2);
  const { problems } = read(articleWith(report('lund', '1-2') + report('Ida Lund', '3')));
  t.match(problems, [{ path: '/reports/1/CampaignLaunched', message: /the same mouth \(party, Ida Lund\)/ }]);
});

t.test('each field is stored in the form of its kind', async (t) => {
  const fields = (type: string, lines: string) =>
    reportsOf(articleWith(`  - ${type}\n    p: 1-3\n${lines}`)).map((report) => report.fields);
  t.strictSame(fields('CreativeCountStated: quiet-roads', '    count: 3\n'), [{ count: 3 }]);
  t.strictSame(fields('CreativeCountStated: quiet-roads', '    count: { min: 3 }\n'), [{ count: { min: 3 } }]);
  t.strictSame(fields('CreativeCountStated: quiet-roads', '    count: { min: 3, max: 5 }\n'), [
    { count: { min: 3, max: 5 } },
  ]);
  t.strictSame(fields('CreativeCountStated: quiet-roads', '    count: { about: 3 }\n'), [{ count: { about: 3 } }]);
  t.strictSame(fields('FinancialTermsReported:', '    disclosed: false\n    amount: 1.5e6\n    currency: EUR\n'), [
    { disclosed: false, amount: 1_500_000, currency: 'EUR' },
  ]);
  t.strictSame(fields('TermAgreed:', '    happened:\n    start: 2025-03\n    end: 2034\n'), [
    { start: '2025-03', end: '2034' },
  ]);
  t.strictSame(fields('PriorInvolvementReported: trams', '    period: 2019/2023\n'), [{ period: '2019/2023' }]);
  t.strictSame(fields('RosterReported: partners', '    members: [visa, Ole & Sons]\n'), [
    { members: ['visa', 'Ole & Sons'] },
  ]);
  t.strictSame(fields('RosterReported: partners', '    members: Smith, Jones and Co.\n'), [
    { members: ['Smith, Jones and Co.'] },
  ]);
});

t.test('a correction in a file keeps what the article says beside the right value', async (t) => {
  const [report] = reportsOf(
    articleWith(`  - CreativeReleased: first-snow
    campaign: quiet-roads
    happened: 2025-03-02
    p: 1-3
    features: Ole Bjørndal
    corrected:
      features:
        to: Ole Einar Bjørndalen
        reason: The biathlete of that name is meant.
        reference: Olympedia
        published: 2016
      story:
        to: A race on bare asphalt
        reason: Told nowhere in the article.
        reference: The film itself
        published: [2025-02..2025-03]
      date:
        to: 2025-03-01
        reason: Put online a day before.
        reference: The film itself
        published: 2025-03
`),
  );
  t.strictSame(
    report?.corrections.map(({ field, said, value }) => [field, said, value]),
    [
      ['features', 'Ole Bjørndal', 'Ole Einar Bjørndalen'],
      ['story', null, 'A race on bare asphalt'],
      ['date', '2025-03-02', '2025-03-01'],
    ],
  );
  t.match(report?.fields, { features: 'Ole Bjørndal' });
  t.strictSame(report?.corrections[1]?.reference, { title: 'The film itself', published: '[2025-02..2025-03]' });
});

t.test('a plan for a day before the publication is accepted with a warning', async (t) => {
  const { reading, warnings } = read(articleText({ 'happened: 2025-03-01': 'planned: 2025-02' }));
  t.ok(reading);
  t.match(
    warnings.filter(({ path }) => path.endsWith('/planned')),
    [{ line: 14, column: 14, path: '/reports/0/planned', message: /wholly before the publication \(2025-03-04\)/ }],
  );
});
