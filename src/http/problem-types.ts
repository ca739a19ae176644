/** Every type of problem that the API answers with, by the last segment of its `type`. The names are stable. */
export const problemTypes = {
  'unknown-parameter': {
    title: 'Unknown parameter',
    status: 400,
    explanation:
      'This address does not take a parameter of the query. Each error names the one that was probably meant. No ' +
      'parameter is ignored silently: with a mistyped clock you would get another answer than you asked for.',
  },
  'invalid-parameter': {
    title: 'A parameter cannot be used',
    status: 400,
    explanation:
      'The value of a parameter cannot be read, is given more than once, or contradicts another one. Clocks take a ' +
      'year, a month or a day, meaning its end; recordedAsOf also takes an instant; atPosition takes a whole ' +
      'number.',
  },
  'future-clock': {
    title: 'The ledger cannot know what it will hold',
    status: 400,
    explanation:
      'recordedAsOf is in the future. occurredAsOf and reportedAsOf may be in the future; what this ledger will ' +
      'hold nobody knows. Today is allowed and means "so far".',
  },
  'invalid-datetime': {
    title: 'Accept-Datetime cannot be read',
    status: 400,
    explanation:
      'The header Accept-Datetime (RFC 7089) takes an HTTP date, in GMT and with the right day of the week: `Sun, ' +
      '22 Nov 2026 09:00:00 GMT`.',
  },
  'conflicting-clocks': {
    title: 'The recorded clock is set twice',
    status: 400,
    explanation:
      'The header Accept-Datetime and the parameter recordedAsOf set the same clock to different states of the ' +
      'ledger; or a comparison of two recorded states came with a third. Use one of them.',
  },
  'invalid-cursor': {
    title: 'The cursor does not belong here',
    status: 400,
    explanation:
      'A cursor comes from a `next` link: it belongs to one list with the same filters, carries its clocks with ' +
      'it, and must not be changed. Follow `next` as it is, or start again without a cursor.',
  },
  'diff-too-large': {
    title: 'The difference is too large for one answer',
    status: 400,
    explanation:
      'A comparison is one document, so that it can be applied to the old view, and has no pages. Move `from` and `to` ' +
      'closer together, or use `partnership-ledger diff` beside the store, which has no limit.',
  },
  'malformed-request': {
    title: 'The request cannot be read',
    status: 400,
    explanation: 'The request is not valid HTTP, or its address is not a valid URL.',
  },
  'malformed-body': {
    title: 'The body cannot be read',
    status: 400,
    explanation: 'The body is missing, or is not the JSON that its Content-Type announces.',
  },
  'invalid-header': {
    title: 'A header cannot be used',
    status: 400,
    explanation:
      'If-Match of a decision is one entity tag, the version of the fact or article that you saw: `If-Match: "87"`. ' +
      '`*` and weak tags are refused, because a decision names what its steward saw. Idempotency-Key has 1 to 200 ' +
      'visible ASCII characters.',
  },
  'idempotency-key-missing': {
    title: 'A decision needs its own key',
    status: 400,
    explanation:
      'Send `Idempotency-Key`, a text of your own (such as a UUID): new for every decision, and the same whenever ' +
      'you send a decision again. It is then recorded once, however often an answer is lost.',
  },
  'token-missing': {
    title: 'A token is needed',
    status: 401,
    explanation:
      'This needs a token: `Authorization: Bearer <token>`. In a browser, /sign-in takes it once, for reading. The token ' +
      'of this ledger was printed at the first start and is kept in the file write-token in the data folder, or it is ' +
      'set as WRITE_TOKEN. `partnership-ledger token create` makes tokens for people and programs.',
  },
  'token-wrong': {
    title: 'Token not accepted',
    status: 401,
    explanation:
      'This ledger does not accept the token that was sent: nobody has it, or it is expired or revoked, or it is that ' +
      'of one view. `partnership-ledger token list` shows the tokens of people; see also the file write-token in the ' +
      'data folder, WRITE_TOKEN and WRITE_TOKENS.',
  },
  'role-insufficient': {
    title: 'The role of this token does not suffice',
    status: 403,
    explanation:
      'A reader reads; a recorder also drafts and records articles; a steward also decides, and manages webhooks; an ' +
      'admin also manages tokens. Ask the operator for a token with the role that `detail` names.',
  },
  'invalid-token': {
    title: 'The token cannot be made',
    status: 422,
    explanation:
      'A token has a name, and either a role (reader, recorder, steward, admin) or one view that its address reads. Each ' +
      'error has its place in the body.',
  },
  'unknown-token': {
    title: 'Unknown token',
    status: 404,
    explanation: 'This server keeps no token with this id. GET /api/tokens lists them.',
  },
  'too-many-guesses': {
    title: 'Too many wrong tokens',
    status: 429,
    explanation:
      'Too many tokens that nobody has came from this network address. Until the time in Retry-After is over, the server ' +
      'checks none from there. Programs that still send an old token are the usual cause.',
  },
  'too-many-requests': {
    title: 'Too many requests',
    status: 429,
    explanation:
      'More requests came from this network address than the operator allows in a minute (RATE_LIMIT). Retry-After says ' +
      'when the next ones are answered.',
  },
  'unknown-host': {
    title: 'This server has another name',
    status: 421,
    explanation:
      'The header Host names a host that this server was not told of, which is what a page of another site would send ' +
      'that reaches for a server in your network. The operator names the hosts of a server in ALLOWED_HOSTS; names of ' +
      'this machine itself (localhost, 127.0.0.1) need not be named.',
  },
  'provider-unavailable': {
    title: 'The identity provider does not answer',
    status: 503,
    explanation:
      'The token is one of an identity provider, whose keys cannot be read at the moment (JWT_KEYS). Send the request ' +
      'again later. Other tokens work meanwhile.',
  },
  'unknown-address': {
    title: 'There is nothing at this address',
    status: 404,
    explanation: 'No address of this API looks like this. GET /api lists where to start, /openapi.json all of them.',
  },
  'unknown-partnership': {
    title: 'Unknown partnership',
    status: 404,
    explanation:
      'The ledger has recorded nothing about a partnership with this id. GET /api/partnerships lists them. An article ' +
      'on a new partnership (422) says so: POST /api/articles?newPartnership=true. The ledger forgets nothing, so a ' +
      'mistyped id would stay.',
  },
  'unknown-fact': {
    title: 'Unknown fact',
    status: 404,
    explanation:
      'The ledger has recorded no report of a fact with this key (kind/subject/milestone). The timeline lists the ' +
      'facts.',
  },
  'unknown-games': {
    title: 'Unknown Games',
    status: 404,
    explanation:
      'Olympic Games are named by the year of the edition and S or W, such as 2018W, editions of other series by series ' +
      'and year, such as fifa-world-cup.2026: never by host or by the year in which they were held. GET /api/games ' +
      'lists them.',
  },
  'unknown-article': {
    title: 'Unknown article',
    status: 404,
    explanation: 'The ledger has recorded no article with this id. GET /api/articles lists them.',
  },
  'unknown-position': {
    title: 'The ledger does not reach this position yet',
    status: 404,
    explanation:
      'atPosition, or the position or size of a proof, is beyond the last event of the ledger. GET /api says where ' +
      'it ends.',
  },
  'unknown-problem': {
    title: 'Unknown problem',
    status: 404,
    explanation: 'No type of problem has this name. GET /problems lists them.',
  },
  'embedding-off': {
    title: 'No site may show this in a frame',
    status: 404,
    explanation:
      'The operator of this server has not named a site that may embed a timeline. The setting EMBED_HOSTS names them, ' +
      'such as EMBED_HOSTS=news.example,*.club.example.',
  },
  'webhooks-off': {
    title: 'This server sends no webhooks',
    status: 404,
    explanation:
      'The operator of this server has not named a host that webhooks may be sent to. The setting WEBHOOK_HOSTS names ' +
      'them, such as WEBHOOK_HOSTS=hooks.example,localhost:8080.',
  },
  'unknown-webhook': {
    title: 'Unknown webhook',
    status: 404,
    explanation: 'This server has no webhook with this id. GET /api/webhooks lists them.',
  },
  'request-timeout': {
    title: 'The request took too long to arrive',
    status: 408,
    explanation:
      'The head of a request has to arrive within 10 seconds, all of it within 30. The server has closed the connection: ' +
      'send the request again.',
  },
  'expectation-failed': {
    title: 'The server does not do what was expected',
    status: 417,
    explanation: 'The header Expect names something else than 100-continue. Leave it out.',
  },
  'method-not-allowed': {
    title: 'The method is not allowed here',
    status: 405,
    explanation: 'The header Allow names the methods that this address takes.',
  },
  'not-acceptable': {
    title: 'Not in this form',
    status: 406,
    explanation:
      'The header Accept asks for a form that this address does not have. The detail lists those that it has, and the ' +
      'addresses at which a form comes without the header, such as /api/partnerships/{id}/timeline.csv.',
  },
  'export-too-large': {
    title: 'The list is too long for one file',
    status: 400,
    explanation:
      'A file has the whole list, without pages, up to a limit. Filters make the list shorter; the JSON of the same ' +
      'address comes in pages and has no limit.',
  },
  'revision-taken': {
    title: 'The revision is recorded with other content',
    status: 409,
    explanation:
      'The ledger never overwrites anything. Raise `revision`, and say `because: reread` (our reading was wrong) or ' +
      '`because: republished` (the publisher changed the article).',
  },
  'article-taken': {
    title: 'The id belongs to an article on another partnership',
    status: 409,
    explanation:
      'The id of an article is unique in the ledger. Give this article another id; or, if that article was recorded ' +
      'under a wrong partnership, move it: send it under the right one with a higher revision and `because: reread`.',
  },
  'same-text': {
    title: 'The text is recorded under another id',
    status: 409,
    explanation:
      'One text is one article, however many ids it is given: under a second id it would support its own statements. ' +
      'The detail names the first. To read it anew, raise the revision of that article; if another publisher took the ' +
      'text over, say `copyOf` and its id.',
  },
  'decision-refused': {
    title: 'There is nothing to decide',
    status: 409,
    explanation:
      '`rule` says why. nothing-counts: none of the reports counts any more. no-change: all of them say so already, ' +
      'for the same reason. already-retracted: this revision of the article is. fact-merged: the key now stands for ' +
      'another fact, which is named. not-merged: the keys are not merged. Read the fact or article again.',
  },
  'rule-broken': {
    title: 'The decision breaks a business rule',
    status: 409,
    explanation:
      'A report that breaks a rule is kept and flagged, because it was published; a decision is refused if the value ' +
      'that it states makes its own fact break a rule. `flags` names the rules. What it makes other facts look like ' +
      'is flagged there and refuses nothing.',
  },
  'version-stale': {
    title: 'Your version is stale',
    status: 412,
    explanation:
      'The fact or article has been touched since the version in If-Match (or fromVersion). `since` lists the ' +
      'events that touched it. Read it again, decide anew, and send the version that you see then. Other events do ' +
      'not matter.',
  },
  'body-too-large': {
    title: 'The body is too large',
    status: 413,
    explanation:
      'An article file or a decision has far less text than this. Send one article or decision a request, and split ' +
      'a longer article into several, each with its own id.',
  },
  'article-too-large': {
    title: 'The article makes too many reports for one append',
    status: 413,
    explanation:
      'An article is recorded in one append, all or nothing, and an append has a limit. Split the file into several ' +
      'articles, each with its own id, and shorten notes.',
  },
  'address-too-long': {
    title: 'The address is too long',
    status: 414,
    explanation: 'Paths and queries of this API are far shorter. Ask for fewer values at a time.',
  },
  'unsupported-media-type': {
    title: 'This address does not read this media type',
    status: 415,
    explanation:
      'Send an article as application/json or application/yaml (text/yaml and application/x-yaml work too), a ' +
      'decision as application/json. The header Accept-Post names what an address reads.',
  },
  'invalid-article': {
    title: 'The article has mistakes',
    status: 422,
    explanation:
      'Nothing was recorded. Each error gives line, column and path in the file, what is wrong there and, where it ' +
      'is clear, what was meant. The format: docs/writing-an-article.md of the project.',
  },
  'invalid-decision': {
    title: 'The decision has mistakes',
    status: 422,
    explanation:
      'Nothing was recorded. Each error gives the JSON pointer of a member of the body, what is wrong there and, ' +
      'where it is clear, what was meant. `rule` is present if the ledger refuses the decision, rather than the ' +
      'schema of the body. The schemas: /openapi.json.',
  },
  'invalid-webhook': {
    title: 'The webhook has mistakes',
    status: 422,
    explanation:
      'Nothing was added. Each error gives the JSON pointer of a member of the body, what is wrong there and, where it ' +
      'is clear, what was meant. Webhooks go only to hosts that the operator has named in WEBHOOK_HOSTS, by https ' +
      'unless that is the machine itself. More in docs/webhooks.md of the project.',
  },
  'too-many-webhooks': {
    title: 'There are as many webhooks as a server keeps',
    status: 409,
    explanation: 'Remove one that nobody needs, such as one that is switched off: DELETE /api/webhooks/{id}.',
  },
  'idempotency-key-taken': {
    title: 'The key stands for another decision',
    status: 422,
    explanation:
      'This Idempotency-Key came before with another body or to another address of this partnership, and that ' +
      'decision is recorded. Send a new decision with a new key, and the same request with the same key.',
  },
  'version-missing': {
    title: 'A decision names the version that was seen',
    status: 428,
    explanation:
      'Send `If-Match` with the `version` that the fact (`entry.version`) or the article (`article.version`) had ' +
      'when you looked, such as `If-Match: "87"`: nobody then decides on something that has changed meanwhile.',
  },
  'request-headers-too-large': {
    title: 'The headers are too large',
    status: 431,
    explanation: 'The address and the headers of a request may have 16 KiB together.',
  },
  'internal-error': {
    title: 'Something went wrong here',
    status: 500,
    explanation: 'The server failed, not the request. Its log says more under the id of the request.',
  },
  'store-behind': {
    title: 'This server has not seen that much yet',
    status: 503,
    explanation:
      'atLeast, atPosition or a cursor names a position that this server has not taken in yet, though another ' +
      'server may have. It waited a moment: try again after the time in the header Retry-After.',
  },
  busy: {
    title: 'The server is busy',
    status: 503,
    explanation:
      'The server has as much to do as it takes on at once, too many wait to write to the same partnership, or an answer ' +
      'takes longer to work out than a request may wait. Nothing was recorded. Send the same request again after the time ' +
      'in the header Retry-After: what takes long is worked out meanwhile.',
  },
  'too-many-listeners': {
    title: 'Too many clients listen already',
    status: 503,
    explanation:
      'A server keeps a limited number of connections to /api/events open. Try again after the time in the header ' +
      'Retry-After, or ask GET /api/changes?since= from time to time.',
  },
  'ledger-truncated': {
    title: 'Events of the ledger are gone',
    status: 503,
    explanation:
      'A stream of the ledger was deleted or cut short in the event store ($maxCount, $maxAge, $tb or a delete). ' +
      'Nothing may truncate a ledger: remove the setting that does, and restore the ledger from a backup if the ' +
      'events do not come back.',
  },
  'ledger-altered': {
    title: 'The ledger is not what was recorded',
    status: 503,
    explanation:
      'An event was changed, removed, inserted or moved behind the back of this server; the detail names the first ' +
      'position that shows it. The server signs and records nothing meanwhile. `partnership-ledger verify` shows the ' +
      'same; restore the ledger from a backup, or accept it with `partnership-ledger accept`. More in docs/operations.md ' +
      'of the project.',
  },
  'disk-full': {
    title: 'The disk is full',
    status: 507,
    explanation:
      'Nothing can be written until somebody makes room on the disk of the server; what is recorded stays. The server ' +
      'goes on by itself then. Try again after the time in the header Retry-After: you may send an article again as it ' +
      'is, and a decision with its key.',
  },
  'store-unavailable': {
    title: 'The event store cannot be reached',
    status: 503,
    explanation:
      'Try again after the time in the header Retry-After. You may send an article again as it is, and a decision ' +
      'with its key: each is recorded once.',
  },
} as const satisfies Readonly<Record<string, ProblemType>>;

/** `explanation` says what the problem means and what to do. */
export type ProblemType = { readonly title: string; readonly status: number; readonly explanation: string };

export function isProblemName(name: string): name is ProblemName {
  return Object.hasOwn(problemTypes, name);
}

/** The name of a type of problem: the last segment of its `type`. */
export type ProblemName = keyof typeof problemTypes;
