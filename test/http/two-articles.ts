import { openTestApp, type TestApp } from '../support/app.ts';
import { articleText } from '../support/article-text.ts';

export const acme = '/api/partnerships/acme.federation';
export const signed = 'partnership/acme.federation/signed';
export const launched = 'campaign/spring/launched';

export const sign = (place: string) =>
  `  - { PartnershipSigned: ~, happened: 2024-05-01, p: 1, place: ${place}, note: It is signed }\n`;
export const launch = (subject: string, day: string) =>
  `  - { CampaignLaunched: ${subject}, happened: ${day}, p: 1, note: It is on the air }\n`;

/** A ledger in which two articles disagree on where the deal was signed, and one tells of two campaigns. */
export const twoArticles = async (t: Parameters<typeof openTestApp>[0]): Promise<TestApp> => {
  const app = await openTestApp(t, { seeds: false });
  await app.post(articleText({ article: 'a', published: '2024-05-02', reports: sign('Davoss') }));
  await app.post(
    articleText({
      article: 'b',
      published: '2024-06-02',
      reports: `${sign('Bern')}${launch('spring', '2024-06-01')}${launch('lenz', '2024-06-01')}`,
    }),
  );
  return app;
};

export const entryOf = async ({ get }: TestApp, fact: string, query = '') =>
  (await get(`${acme}/facts/${fact}${query}`)).body.entry;
export const versionOf = async (app: TestApp, fact: string): Promise<number> => (await entryOf(app, fact)).version;
export const reportsOf = async ({ get }: TestApp, fact: string) => (await get(`${acme}/facts/${fact}`)).body.reports;

export const correction = { fact: signed, field: 'place', value: 'Davos', basis: 'misread', reason: 'one s too many' };
