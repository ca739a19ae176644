import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { signInView } from '../../page/sign-in.ts';
import type { ServerContext } from '../context.ts';
import { refused, sessionCookie, sessionIn } from '../guard.ts';
import { HttpProblem } from '../problems.ts';
import { pageSender, spanningNav } from './pages.ts';

/**
 * /sign-in and /sign-out: a browser gives a token once, and gets a cookie that reads for some hours and writes nothing.
 * Both work without script.
 */
export function signInRoutes(app: FastifyInstance, context: ServerContext): void {
  const { access, identity, guesses, door: { publicReads = true } = {} } = context;
  const cookie = sessionCookie(identity.id);
  const send = pageSender(context);
  const schema = { hide: true };
  const config = { role: null };

  const show = (request: FastifyRequest, reply: FastifyReply, next: string, wrong: string | null) => {
    const name = sessionIn(request.headers.cookie ?? '', cookie, access)?.name ?? null;
    const view = signInView({ next, wrong, name, isOpen: publicReads });
    const nav = publicReads || name !== null ? spanningNav('/sign-in', {}) : [];
    reply.code(wrong === null ? 200 : 401).header('cache-control', 'no-store');
    return send(request, reply, 'page', {
      title: `${view.title} · Partnership Ledger`,
      partnership: null,
      home: '/',
      nav,
      bar: null,
      notice: null,
      view,
      take: [],
      position: null,
      cite: null,
      follow: null,
    });
  };

  app.register(async (forms) => {
    forms.removeAllContentTypeParsers();
    forms.addContentTypeParser(formType, { parseAs: 'string', bodyLimit: maxFormBytes }, (_request, body, done) =>
      done(null, new URLSearchParams(String(body))),
    );

    forms.get('/sign-in', { schema, config }, async (request, reply) =>
      show(request, reply, toNext((request.query as { readonly next?: unknown }).next), null),
    );

    forms.post('/sign-in', { schema, config }, async (request, reply) => {
      refuseOtherSites(request);
      guesses.refuse(request);
      const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
      const next = toNext(form.get('next'));
      const secret = form.get('token')?.trim() ?? '';
      if (secret === '') return show(request, reply, next, 'Signing in needs a token of this ledger.');
      const checked = await access.check(secret);
      if (!('principal' in checked)) {
        if (checked.why === 'unknown') guesses.note(request.ip);
        refused(request, new HttpProblem('token-wrong', checked.refusal));
        return show(request, reply, next, checked.refusal);
      }
      const { value, seconds } = access.beginSession(checked.principal);
      return reply
        .headers({ 'set-cookie': cookieText(request, cookie, value, seconds), 'cache-control': 'no-store' })
        .redirect(next, 303);
    });

    forms.post('/sign-out', { schema, config }, async (request, reply) => {
      refuseOtherSites(request);
      return reply
        .headers({ 'set-cookie': cookieText(request, cookie, '', 0), 'cache-control': 'no-store' })
        .redirect('/sign-in', 303);
    });
  });
}

const formType = 'application/x-www-form-urlencoded';

const maxFormBytes = 16 * 1024;

// Over TLS alone, where it came over TLS. A proxy that ends TLS says so, if it is trusted.
function cookieText({ protocol }: FastifyRequest, name: string, value: string, seconds: number): string {
  const secure = protocol === 'https' ? '; Secure' : '';
  return `${name}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure}`;
}

// An address of this server: whoever sends a link may not send people elsewhere.
function toNext(text: unknown): string {
  if (typeof text !== 'string' || !text.startsWith('/')) return '/';
  const url = URL.parse(text, 'http://this.invalid');
  if (url === null || url.origin !== 'http://this.invalid' || url.pathname === '/sign-in') return '/';
  return `${url.pathname}${url.search}`;
}

// A page of another site could sign people in as somebody else, or out.
function refuseOtherSites({ headers }: FastifyRequest): void {
  const from = headers['sec-fetch-site'];
  if (from === undefined || from === 'same-origin' || from === 'none') return;
  throw new HttpProblem('malformed-request', 'this form is sent from the page /sign-in alone');
}
