import { compareEditions } from '../domain/edition.ts';
import type { ViewFact } from '../projections/facts-in-view.ts';
import type { LedgerViews } from '../projections/ledger-views.ts';

function planned(facts: readonly ViewFact[]): string | undefined {
  return facts.flatMap(({ plannedFor, type }) => (type.kind === 'campaign' ? (plannedFor?.latest ?? []) : []))[0];
}

/** Addresses that show something of what the ledger holds, to begin with: of the first partnership, if there is one. */
export async function addressesToTry(views: LedgerViews): Promise<readonly string[]> {
  const { cut } = await views.resolve({});
  const [id] = cut === null ? [] : views.catalogue.partnerships(cut.position);
  if (cut === null || id === undefined) return ['/api', '/openapi.json'];
  const view = await views.partnership(id, cut);
  const { facts } = view.facts();
  const day = planned(facts);
  const edition = facts
    .flatMap(({ type, games }) => (type.kind === 'obligation' ? games : []))
    .toSorted(compareEditions)[0];
  const contested = facts.find((fact) => fact.contested) ?? facts[0];
  const [article] = views.catalogue.articles(cut.position);
  const partnership = `/api/partnerships/${id}`;
  return [
    '/api',
    `${partnership}/timeline`,
    ...(day === undefined ? [] : [`${partnership}/timeline?occurredAsOf=${day}&status=due`]),
    `${partnership}/obligations`,
    `${partnership}/rollout`,
    ...(edition === undefined ? [] : [`/api/games/${edition}/obligations`]),
    ...(contested === undefined ? [] : [`${partnership}/facts/${contested.key}`]),
    ...(article === undefined ? [] : [`/api/articles/${article.id}`]),
    '/openapi.json',
  ];
}
