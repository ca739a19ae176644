import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { addressOf, clocksIn, partnershipPath } from '../../page/address.ts';
import { type Embed, renderEmbed, renderEmbedProblem } from '../../page/embed.ts';
import { sentence } from '../../page/time-bar.ts';
import { partnershipAnswer } from '../../projections/partnerships.ts';
import { statusShape } from '../../projections/timeline.ts';
import { etagOf, pathOf, sendTagged } from '../answers.ts';
import type { Context } from '../context.ts';
import { noAssets } from '../page-assets.ts';
import { HttpProblem, prefersPage } from '../problems.ts';
import { queryOf, readRequest } from '../query.ts';
import { frameHeaders } from '../safe-headers.ts';
import { filled, problemPages, textIn, timelineParameters, todayAt } from './pages.ts';
import { timelineAt } from './partnership-pages.ts';

/**
 * GET /embed/partnerships/{id}/timeline: the timeline for a frame of another site, with the clocks and filters of its
 * page. Only the sites that the operator named may frame it; without any it is off.
 */
export function embedRoute(app: FastifyInstance, context: Context): void {
  const { embedHosts = [], assets = noAssets, identity } = context;
  const showPage = problemPages(context);
  const config = embedHosts.length === 0 ? {} : { headers: frameHeaders(embedHosts) };
  app.get(url, { schema: { hide: true }, config }, async (request, reply) => {
    if (embedHosts.length === 0) {
      const detail = 'no site may show a timeline in a frame: EMBED_HOSTS is not set on this server';
      const off = new HttpProblem('embedding-off', detail);
      reply.header('vary', 'accept');
      if (prefersPage(request)) return showPage(request, reply, off);
      throw off;
    }
    try {
      const body = Buffer.from(renderEmbed(await embedAt(context, request), assets));
      return sendTagged(request, reply, etagOf(identity.id, body.toString()), htmlType, body);
    } catch (error) {
      return sendEmbedProblem(error, context, request, reply);
    }
  });
}

const url = '/embed/partnerships/:id/timeline';

const htmlType = 'text/html; charset=utf-8';

async function embedAt(context: Context, request: FastifyRequest): Promise<Embed> {
  const { ledger, now } = context;
  const { id: partnership = '' } = request.params as Readonly<Record<string, string>>;
  const query = filled(request.query as Readonly<Record<string, unknown>>);
  const head = await ledger.views.head();
  const path = pathOf(url, request.params);
  const { cut } = await readRequest(context, shape, { status: statusShape.options }, { path, query, head });
  const clocks = clocksIn(query);
  const own = Object.fromEntries(Object.keys(timelineParameters).map((name) => [name, textIn(query, name)]));
  const reading = { partnership, cut, clocks, own, today: todayAt(now()) };
  const { question, view, articles } = await timelineAt(context, reading);
  const recordedAt = await ledger.views.recordedAt(cut.position);
  return {
    name: partnershipAnswer(question).name,
    say: sentence(clocks, { ...cut, recordedAt }),
    view,
    href: addressOf(`${partnershipPath(partnership)}/timeline`, clocks, own),
    articles: articles.articles.length,
    publishers: [...new Set(articles.articles.flatMap(({ publisher }) => publisher ?? []))],
    position: question.view.last?.position ?? 0,
  };
}

const shape = queryOf(undefined, false).extend({ slider: z.string().optional(), ...timelineParameters });

// In the frame too a problem says what is wrong; a page of the ledger would not be shown there.
function sendEmbedProblem(
  error: unknown,
  { assets = noAssets }: Context,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  if (!(error instanceof HttpProblem) || !prefersPage(request)) throw error;
  const { title, detail, status } = error.problem;
  const text = renderEmbedProblem({ title, detail, href: '/' }, assets);
  return reply.code(status).header('cache-control', 'no-store').type(htmlType).send(text);
}
