import * as z from 'zod';
import { cutOf } from '../../projections/answers/cut-and-notice.ts';
import { answerShape } from '../../projections/shapes/cut.ts';
import type { Context } from '../app-parts.ts';
import type { AddRead } from '../read-route.ts';

const ledgerAnswerShape = answerShape
  .extend({
    name: z.string(),
    version: z.string(),
    ledger: z.object({
      id: z.string(),
      createdAt: z.string(),
      position: z.int().describe('of the last event at the cut'),
    }),
    links: z.record(z.string(), z.string()),
  })
  .describe('The ledger, and where to go from here');

const links = {
  partnerships: '/api/partnerships',
  games: '/api/games',
  articles: '/api/articles',
  audit: '/api/audit',
  checkpoint: '/api/audit/checkpoint',
  publicKey: '/api/audit/public-key',
  openapi: '/openapi.json',
  problems: '/problems',
  health: '/health/ready',
};

/** GET /api: what this is, how far it reaches, and where to go from here. */
export function ledgerRoute(read: AddRead, { ledger, identity, version }: Context): void {
  read({
    url: '/api',
    operationId: 'getLedger',
    summary: 'The ledger, and where to go from here',
    params: z.object({}),
    answer: ledgerAnswerShape,
    ask: async ({ cut }) => {
      const { position } = cut;
      const recordedAt = await ledger.views.recordedAt(position);
      return {
        dependsOn: [position, version],
        build: () => ({
          cut: cutOf(cut, recordedAt === null ? null : { position, recordedAt }),
          name: 'Partnership Ledger',
          version,
          ledger: { ...identity, position },
          links,
        }),
      };
    },
  });
}
