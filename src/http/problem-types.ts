/** Every type of problem that the API answers with, by the last segment of its `type`. The names are stable. */
export const problemTypes = {
  'unknown-parameter': {
    title: 'Unknown parameter',
    status: 400,
    explanation:
      'A parameter of the query is not one of this address. Each error names the one that was probably meant. ' +
      'Nothing is ignored silently: a mistyped clock would give another answer than the one that was asked for.',
  },
  'invalid-parameter': {
    title: 'A parameter cannot be used',
    status: 400,
    explanation:
      'The value of a parameter cannot be read, is given more than once, or goes against another one. Clocks take a ' +
      'year, a month or a day, whose end is meant; recordedAsOf also an instant; atPosition a whole number.',
  },
  'future-clock': {
    title: 'The ledger cannot know what it will hold',
    status: 400,
    explanation:
      'recordedAsOf lies in the future. The clocks of the world (occurredAsOf) and of the readers (reportedAsOf) may ' +
      'lie in the future; that of this ledger may not. Today is allowed and means "so far".',
  },
  'invalid-datetime': {
    title: 'Accept-Datetime cannot be read',
    status: 400,
    explanation:
      'The header Accept-Datetime (RFC 7089) takes a date as HTTP writes it, in GMT and with the right day of the week: ' +
      '`Sun, 22 Nov 2026 09:00:00 GMT`.',
  },
  'conflicting-clocks': {
    title: 'The recorded clock is set twice',
    status: 400,
    explanation:
      'The header Accept-Datetime and the parameter recordedAsOf set the same clock, here to different states of the ' +
      'ledger; or a comparison of two recorded states is asked for as of a third. Give one of them.',
  },
  'invalid-cursor': {
    title: 'The cursor does not belong here',
    status: 400,
    explanation:
      'A cursor is the one of a `next` link: it belongs to one list with the same filters, carries its clocks with ' +
      'it, and is not to be changed. Follow `next` as it is given, or start again without a cursor.',
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
    explanation: 'The request is no valid HTTP, or its address no valid URL.',
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
      'If-Match of a decision is one entity tag, the version of the fact or article that was seen: `If-Match: "87"`. Not ' +
      '`*` and no weak tag, since whoever decides says what he saw. Idempotency-Key has 1 to 200 visible ASCII characters.',
  },
  'idempotency-key-missing': {
    title: 'A decision needs a key of its own',
    status: 400,
    explanation:
      'Send `Idempotency-Key`, a text of your own (a UUID does) that is new for every decision and the same when one is ' +
      'sent again: the decision is then recorded once, however often an answer is lost.',
  },
  'token-missing': {
    title: 'A token is needed',
    status: 401,
    explanation:
      'Whoever writes sends the token of this ledger, or his own: `Authorization: Bearer <token>`. The former was printed ' +
      'at the first start, is kept in the file write-token in the data folder, or is set as WRITE_TOKEN; the latter is ' +
      'among WRITE_TOKENS.',
  },
  'token-wrong': {
    title: 'The token is none of this ledger',
    status: 403,
    explanation:
      'The token that was sent is another one. See the file write-token in the data folder, WRITE_TOKEN or WRITE_TOKENS.',
  },
  'unknown-address': {
    title: 'There is nothing at this address',
    status: 404,
    explanation: 'No address of this API looks like this. GET /api lists where to start, /openapi.json all of them.',
  },
  'unknown-partnership': {
    title: 'Unknown partnership',
    status: 404,
    explanation: 'The ledger has recorded nothing on a partnership of this id. GET /api/partnerships lists them.',
  },
  'unknown-fact': {
    title: 'Unknown fact',
    status: 404,
    explanation:
      'The ledger has recorded no report of a fact of this key (kind/subject/milestone). The timeline lists the facts.',
  },
  'unknown-games': {
    title: 'Unknown Games',
    status: 404,
    explanation:
      'Games are named by the year of the edition and S or W, as in 2018W: never by host or by the year in which they ' +
      'were held. GET /api/games lists them.',
  },
  'unknown-article': {
    title: 'Unknown article',
    status: 404,
    explanation: 'The ledger has recorded no article of this id. GET /api/articles lists them.',
  },
  'unknown-position': {
    title: 'The ledger does not reach this position yet',
    status: 404,
    explanation:
      'atPosition, or the position or size of a proof, lies beyond the last event of the ledger. GET /api tells where ' +
      'it ends.',
  },
  'unknown-problem': {
    title: 'Unknown problem',
    status: 404,
    explanation: 'There is no type of problem of this name. GET /problems lists them.',
  },
  'method-not-allowed': {
    title: 'The method is not allowed here',
    status: 405,
    explanation: 'The header Allow names the methods that this address takes.',
  },
  'revision-taken': {
    title: 'The revision is recorded with other content',
    status: 409,
    explanation:
      'What was recorded is never overwritten. Raise `revision`, and say `because: reread` (our reading was wrong) or ' +
      '`because: republished` (the publisher changed the article).',
  },
  'article-taken': {
    title: 'The id is that of an article on another partnership',
    status: 409,
    explanation: 'The id of an article is unique in the ledger, and an article file is about one partnership.',
  },
  'decision-refused': {
    title: 'As things stand, there is nothing to decide so',
    status: 409,
    explanation:
      '`rule` says why. nothing-counts: no report that is judged counts any more. no-change: every one says so already, ' +
      'for the same reason. already-retracted: the revision of the article is. fact-merged: the key stands for another ' +
      'fact by now, which is named. Look at the fact or article again.',
  },
  'rule-broken': {
    title: 'The decision would break a business rule',
    status: 409,
    explanation:
      'A report that breaks a rule is kept and flagged, since it was published; a decision that would break one is ' +
      'refused. `flags` names the rules and the facts that would break them and do not break them now.',
  },
  'version-stale': {
    title: 'What was seen is no longer so',
    status: 412,
    explanation:
      'The fact or article has been touched since the version that If-Match (or fromVersion) names. `since` tells by ' +
      'what. Read it again, decide anew, and send the version that you see then. Other events are no obstacle.',
  },
  'body-too-large': {
    title: 'The body is too large',
    status: 413,
    explanation:
      'An article file or a decision has far less text than this. Send one article or decision a ' +
      'request, and split a longer article into several with ids of their own.',
  },
  'article-too-large': {
    title: 'The article makes too many reports for one append',
    status: 413,
    explanation:
      'What an article says is recorded in one append, all or nothing, and an append has a limit. Split the file into ' +
      'several articles with ids of their own, and shorten notes.',
  },
  'address-too-long': {
    title: 'The address is too long',
    status: 414,
    explanation: 'Paths and queries of this API are far shorter. Ask for fewer values at a time.',
  },
  'unsupported-media-type': {
    title: 'The body is of a type that is not read here',
    status: 415,
    explanation:
      'An article is sent as application/json or application/yaml (text/yaml and application/x-yaml too), a decision as ' +
      'application/json. The header Accept-Post names what an address reads.',
  },
  'invalid-article': {
    title: 'The article has mistakes',
    status: 422,
    explanation:
      'Nothing was recorded. Each error names line, column and path in the file, what is wrong there and, where it is ' +
      'clear, what was meant. The format: seeds/README.md of the project.',
  },
  'invalid-decision': {
    title: 'The decision has mistakes',
    status: 422,
    explanation:
      'Nothing was recorded. Each error names a member of the body by its JSON pointer, what is wrong there and, where ' +
      'it is clear, what was meant; `rule` is there where the ledger, not the form of the body, says so. The form of ' +
      'each body: /openapi.json.',
  },
  'idempotency-key-taken': {
    title: 'The key stands for another decision',
    status: 422,
    explanation:
      'Idempotency-Key was sent before with another body or to another address of this partnership, and what it stands ' +
      'for is recorded. Send a new key with a new decision, and the same request with the same key.',
  },
  'version-missing': {
    title: 'A decision says what was seen',
    status: 428,
    explanation:
      'Send `If-Match` with the `version` that the fact (`entry.version`) or the article (`article.version`) had when you ' +
      'looked, as in `If-Match: "87"`: nobody then decides on what has changed meanwhile.',
  },
  'request-headers-too-large': {
    title: 'The headers are too large',
    status: 431,
    explanation: 'The address and the headers of a request may have 16 KiB together.',
  },
  'internal-error': {
    title: 'Something went wrong here',
    status: 500,
    explanation: 'This is a mistake of the server, not of the request. Its log tells more under the id of the request.',
  },
  'store-behind': {
    title: 'This server has not seen that much yet',
    status: 503,
    explanation:
      'atLeast, atPosition or a cursor names a position that this server has not taken in, though another may have. It waited a ' +
      'moment in vain: try again after the time that the header Retry-After names.',
  },
  'ledger-truncated': {
    title: 'Events of the ledger are gone',
    status: 503,
    explanation:
      'A stream of the ledger was deleted or cut short in the event store ($maxCount, $maxAge, $tb or a delete). A ' +
      'ledger is never truncated: take away what cuts it, and restore it from a backup where the events do not come back.',
  },
  'ledger-altered': {
    title: 'The ledger is not what was recorded',
    status: 503,
    explanation:
      'An event was changed, removed, put in or moved behind the back of this server; the detail names the first ' +
      'position that shows it. Nothing is signed meanwhile. `partnership-ledger verify` tells the same; restore the ' +
      'ledger from a backup. docs/proof.md of the project tells more.',
  },
  'store-unavailable': {
    title: 'The event store cannot be reached',
    status: 503,
    explanation:
      'Try again after the time that the header Retry-After names. An article or a decision that was being recorded can ' +
      'be sent again as it is, a decision with its key: it is recorded once.',
  },
} as const satisfies Readonly<Record<string, ProblemType>>;

/** What a type of problem means: its title, its HTTP status and what to do. */
export type ProblemType = { readonly title: string; readonly status: number; readonly explanation: string };

/** Whether there is a type of problem of this name. */
export function isProblemName(name: string): name is ProblemName {
  return Object.hasOwn(problemTypes, name);
}

/** The name of a type of problem: the last segment of its `type`. */
export type ProblemName = keyof typeof problemTypes;
