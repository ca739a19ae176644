import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { nearest } from '../../domain/nearest.ts';
import { unknown } from '../lookups.ts';
import { problemAnswers } from '../problem-schemas.ts';
import { isProblemName, type ProblemType, problemTypes } from '../problem-types.ts';

const explanationShape = z
  .object({ type: z.string(), title: z.string(), status: z.int(), explanation: z.string() })
  .describe('What a type of problem means, and what to do');
const explanationsShape = z.object({ problems: z.array(explanationShape) }).describe('Every type of problem');

function explain([name, type]: [string, ProblemType]): z.infer<typeof explanationShape> {
  const { title, status, explanation } = type;
  return { type: `/problems/${name}`, title, status, explanation };
}

function asText({ type, title, status, explanation }: z.infer<typeof explanationShape>): string {
  return `${status} ${title}\n${type}\n\n${explanation}\n`;
}

// A browser asks for HTML first and is content with text; programs ask for anything.
function wantsText({ headers }: FastifyRequest): boolean {
  return /^text\/(?:html|plain)\b/.test(headers.accept ?? '');
}

function send(request: FastifyRequest, reply: FastifyReply, text: string, json: unknown): FastifyReply {
  reply.header('cache-control', 'no-cache').header('vary', 'accept');
  if (wantsText(request)) return reply.type('text/plain; charset=utf-8').send(text);
  return reply.type('application/json; charset=utf-8').send(JSON.stringify(json));
}

/** GET /problems and /problems/{name}: what the types of problems mean, as JSON or, for a browser, as text. */
export function problemRoutes(app: FastifyInstance): void {
  const all = Object.entries(problemTypes).map(explain);
  const list = {
    operationId: 'listProblems',
    summary: 'Every type of problem',
    tags: ['help'],
    response: { 200: explanationsShape },
  };
  app.get('/problems', { schema: list }, async (request, reply) =>
    send(request, reply, all.map(asText).join('\n'), { problems: all }),
  );
  const one = {
    operationId: 'getProblem',
    summary: 'What a type of problem means',
    tags: ['help'],
    params: z.object({ name: z.string().describe('the last segment of its `type`') }),
    response: { 200: explanationShape, ...problemAnswers('4xx') },
  };
  app.get('/problems/:name', { schema: one }, async (request, reply) => {
    const { name } = request.params as { name: string };
    if (!isProblemName(name)) {
      const [suggestion] = nearest(name, Object.keys(problemTypes), { limit: 1 });
      throw unknown('unknown-problem', 'type of problem', name, 'name', suggestion);
    }
    const explained = explain([name, problemTypes[name]]);
    return send(request, reply, asText(explained), explained);
  });
}
