import { openTestApp, type TestApp } from './app.ts';
import { articleText } from './article-text.ts';

type Testing = Parameters<typeof openTestApp>[0] & { readonly equal: (found: unknown, wanted: unknown) => unknown };

/** An article in short: its id, its day of publication, its reports, and its publisher where it is not that of the id. */
export type Told = readonly [id: string, published: string, reports: readonly string[], publisher?: string];

/** An app that was sent articles on one partnership over HTTP, one after another, beside the seeds. */
export const openToldApp = async (t: Testing, partnership: string, ...articles: readonly Told[]): Promise<TestApp> => {
  const app = await openTestApp(t);
  await tell(t, app, partnership, ...articles);
  return app;
};

/** Sends further articles on a partnership. */
export const tell = async (t: Testing, { post }: TestApp, partnership: string, ...articles: readonly Told[]) => {
  for (const [article, published, reports, publisher = `Publisher of ${article}`] of articles) {
    const lines = reports.map((report) => `  - { ${report}, p: 1 }`).join('\n');
    const { status } = await post(articleText({ article, partnership, publisher, published, reports: lines }));
    t.equal(status, 201);
  }
};
