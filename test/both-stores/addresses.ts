import type { TestApp } from '../support/app.ts';

type Entry = { readonly links: { readonly fact: string; readonly history: string } };

/** The addresses of all views of a ledger, of its partnerships and of what they hold. */
export const addressesOf = async ({ get }: TestApp): Promise<readonly string[]> => {
  const { partnerships } = (await get('/api/partnerships')).body as { partnerships: { id: string }[] };
  const { articles } = (await get('/api/articles')).body as { articles: { id: string }[] };
  const { games } = (await get('/api/games')).body as { games: { edition: string }[] };
  return [
    '/api',
    '/api/audit',
    '/api/articles',
    '/api/games',
    '/api/partnerships',
    ...games.map(({ edition }) => `/api/games/${edition}/obligations`),
    ...articles.flatMap(({ id }) => [`/api/articles/${id}`, `/api/articles/${id}/audit`]),
    ...partnerships.flatMap(({ id }) =>
      ['', '/timeline', '/obligations', '/rollout', '/audit'].map((view) => `/api/partnerships/${id}${view}`),
    ),
  ];
};

/** The addresses of every fact of a partnership and of its trail. */
export const factsOf = async ({ get }: TestApp, partnership: string): Promise<readonly string[]> => {
  const { body } = await get(`/api/partnerships/${partnership}/timeline?include=unsupported&occurredAsOf=2040`);
  return (body.entries as Entry[]).flatMap(({ links }) => [links.fact, links.history]);
};

/** The addresses without those of most articles: one in fifty of those that tests make up stands for them. */
export const withSomeArticles = (addresses: readonly string[]): readonly string[] =>
  addresses.filter((address) => !/^\/api\/articles\/a\d/.test(address) || /\/a\d*[05]0(\/|$)/.test(address));
