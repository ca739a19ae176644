import {
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap as isMapNode,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type ParsedNode,
  Parser,
  type Scalar,
  type YAMLMap,
  type YAMLParseError,
} from 'yaml';
import type { Problem } from '../domain/vocabulary/problem.ts';

/**
 * Reads YAML or JSON (which is YAML) so that every scalar is a text as written: both give the same content, and so the
 * same digest. `sourceLimits` keep hostile texts from taking long. Never throws.
 */
export function readSource(text: string, file: string): Source {
  const lines = new LineCounter();
  const { document, mistakes: unreadable } = documentOf(text, lines);
  const { content, mistakes } = document ? contentOf(document) : { content: null, mistakes: unreadable };
  const place = (offset: number, { path, message, suggestion }: ContentProblem): ArticleProblem => {
    const { line, col } = lines.linePos(offset);
    const placed = { file, line: Math.max(line, 1), column: Math.max(col, 1), path: pointerOf(path), message };
    return suggestion === undefined ? placed : { ...placed, suggestion };
  };
  const locate = (problems: readonly ContentProblem[]) =>
    problems.map((problem) => place(document ? offsetOf(document, problem) : 0, problem));
  const isReadable = content === null || isMap(content);
  const message = isReadable ? '' : `a file holds a map of keys to values, not ${nameOf(content)}`;
  const sourceProblems = [
    ...mistakes.map((mistake) => place(mistake.offset, mistake)),
    ...(isReadable ? [] : locate([{ path: [], message }])),
  ];
  return {
    content: isReadable ? content : null,
    problems: sortProblems(sourceProblems),
    problemsWith: (contentProblems) => sortProblems([...sourceProblems, ...locate(contentProblems)]),
    warnings: (doubts) => sortProblems(locate(doubts)),
  };
}

/** A parsed file. Problems are in the order of the file; `sourceLimits.problems` limits their number. */
type Source = {
  /** null if the text cannot be read as YAML or JSON, or holds no map; `problems` then says why. */
  readonly content: SourceMap | null;
  readonly problems: readonly ArticleProblem[];
  /** `problems` and these problems of the content together. */
  readonly problemsWith: (contentProblems: readonly ContentProblem[]) => readonly ArticleProblem[];
  /** Doubts about the content, which stop nothing. */
  readonly warnings: (doubts: readonly ContentProblem[]) => readonly ArticleProblem[];
};

/** What a file holds, every scalar a text, whether it was written as YAML or as JSON. */
export type SourceValue = string | SourceList | SourceMap;

export type SourceMap = { readonly [key: string]: SourceValue };

type SourceList = readonly SourceValue[];

/** A problem, or a doubt, in a file; line and column count from 1, in UTF-16 units, as editors do. */
export type ArticleProblem = Problem & { readonly file: string; readonly line: number; readonly column: number };

/** A problem before its line is known. If nothing stands at the path, it concerns the nearest thing around it. */
export type ContentProblem = Problem<Path> & {
  /** The problem is the key at the path, not its value. */
  readonly ofKey?: true;
};

/** The place of something in the content of a file: keys and indices, from the root. */
export type Path = readonly (string | number)[];

function documentOf(text: string, lines: LineCounter) {
  if (text.length > sourceLimits.characters) return refusal(0, `longer than ${sourceLimits.characters} characters`);
  const { tokens, refused } = tokensOf(text, lines);
  if (refused !== null) return refusal(refused.offset, refused.message);
  // `mapOf` finds repeated keys: the composer takes quadratic time for that.
  const composer = new Composer({ schema: 'failsafe', uniqueKeys: false });
  const documents = [...composer.compose(tokens, true, text.length)];
  const [document, second] = documents;
  const mistakes = documents.flatMap(({ errors }) => errors).map(mistakeOf);
  if (second) mistakes.push({ offset: second.range[0], path: [], message: `${reasons.MULTIPLE_DOCS}` });
  return document && mistakes.length === 0 ? { document, mistakes } : { document: null, mistakes };
}

/** The limits of a file: far more than an article needs, far less than would occupy a server. */
export const sourceLimits = {
  /** UTF-16 units of the whole text. */
  characters: 256 * 1024,
  /** Lists and maps within each other. */
  depth: 12,
  /** Values, lists and maps. */
  nodes: 10_000,
  /** Words, signs, spaces and line ends: ten for each value that a file may have. */
  lexemes: 100_000,
  /** Problems listed for one file; one more then says how many are left. */
  problems: 500,
  /** Reports of one article after short forms are expanded: one append has to hold them. */
  facts: 1000,
  /** UTF-16 units of one value and of one key. */
  value: 4000,
  key: 200,
} as const;

function refusal(offset: number, message: string): { document: null; mistakes: readonly Mistake[] } {
  return { document: null, mistakes: [{ offset, path: [], message }] };
}

/** A problem at an offset of the text. */
type Mistake = Problem<Path> & { readonly offset: number };

// Stops reading where a text exceeds a limit: what follows would cost far more than it takes to send.
function tokensOf(
  text: string,
  lines: LineCounter,
): { tokens: readonly CST.Token[]; refused: { offset: number; message: string } | null } {
  const parser = new Parser(lines.addNewLine);
  const tokens: CST.Token[] = [];
  let lexemes = 0;
  let offset = 0;
  const whyRefused = (): string | null => {
    if (lexemes > sourceLimits.lexemes)
      return `more than ${sourceLimits.lexemes} words, signs and line ends in one file`;
    if (parser.stack.length <= sourceLimits.depth) return null;
    const depth = parser.stack.filter((token) => 'items' in token).length;
    return depth > sourceLimits.depth ? `more than ${sourceLimits.depth} lists and maps within each other` : null;
  };
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    lexemes += 1;
    const message = whyRefused();
    if (message !== null) return { tokens, refused: { offset, message } };
    ({ offset } = parser);
  }
  for (const token of parser.end()) tokens.push(token);
  return { tokens, refused: null };
}

function mistakeOf({ code, message, pos }: YAMLParseError): Mistake {
  const reason = reasons[code] ?? message.slice(0, maxReasonLength);
  return { offset: pos[0], path: [], message: `not readable as YAML or JSON: ${reason}` };
}

const reasons: Readonly<Record<string, string>> = {
  BLOCK_AS_IMPLICIT_KEY: 'this line has a second key: put a text with a colon and a space in quotes',
  BAD_SCALAR_START: 'put a text that starts with this character in quotes',
  MULTIPLE_DOCS: 'one file holds one document',
};

// The parser may quote the text in its reasons.
const maxReasonLength = 120;

/**
 * The content of a document of limited depth. If a key is repeated, the first one counts. Refuses aliases, anchors
 * and tags: every value is written out where it is used.
 */
function contentOf(document: Document): { content: SourceValue; mistakes: readonly Mistake[] } {
  const mistakes: Mistake[] = [];
  let nodes = 0;
  const report: Report = (node, path, message) => {
    mistakes.push({ offset: node?.range?.[0] ?? 0, path, message });
  };
  const read = (value: unknown, path: Path): SourceValue => {
    nodes += 1;
    const node = value as ParsedNode | null;
    if (nodes === sourceLimits.nodes + 1) report(node, path, `more than ${sourceLimits.nodes} values in one file`);
    if (node === null || nodes > sourceLimits.nodes) return '';
    if (isAlias(node)) {
      report(node, path, 'aliases are not supported: write the value out');
      return '';
    }
    if (node.anchor) report(node, path, 'anchors are not supported: write the value out where it is needed');
    if (node.tag) report(node, path, 'tags are not supported: every value is a text');
    if (isSeq(node)) return node.items.map((item, index) => read(item, [...path, index]));
    if (isMapNode(node)) return mapOf(node, path, report, read);
    const text = textOf(node);
    const wrong = whyNotText(text, sourceLimits.value);
    if (wrong) report(node, path, wrong);
    return wrong ? '' : text;
  };
  return { content: read(document.contents, []), mistakes };
}

type Report = (node: { range?: readonly number[] | null } | null, path: Path, message: string) => void;

function mapOf(map: YAMLMap, path: Path, report: Report, read: (node: unknown, path: Path) => SourceValue): SourceMap {
  const entries = new Map<string, SourceValue>();
  for (const { key, value } of map.flow === true ? withWholeNumbers(map, path, report) : map.items) {
    const name = keyOf(key, path, report);
    if (name === null) continue;
    if (entries.has(name)) report(key as ParsedNode, [...path, name], `the key ${name} is repeated: keep one`);
    else entries.set(name, read(value, [...path, name]));
  }
  return Object.fromEntries(entries);
}

// `{ amount: 6,000,000 }` is a map with the keys `amount`, `000` and `000`: one mistake, with the number to write.
function withWholeNumbers({ items }: YAMLMap, path: Path, report: Report): YAMLMap['items'] {
  const runs: { readonly pair: YAMLMap['items'][number]; readonly thousands: string[] }[] = [];
  for (const pair of items) {
    const last = runs.at(-1);
    const isRest = pair.value === null && isScalar(pair.key) && /^\d{3}$/.test(writtenText(pair.key));
    if (isRest && isNumber(last?.pair.value)) last?.thousands.push(writtenText(pair.key as Scalar));
    else runs.push({ pair, thousands: [] });
  }
  for (const { pair, thousands } of runs) {
    if (thousands.length === 0 || !isNumber(pair.value)) continue;
    const written = [writtenText(pair.value), ...thousands];
    const place = isScalar(pair.key) ? [...path, writtenText(pair.key)] : path;
    const message = `a comma ends a value between { and }: write ${written.join('')} for ${written.join(',')}`;
    report(pair.value, place, message);
  }
  return runs.map(({ pair }) => pair);
}

function isNumber(value: unknown): value is ParsedNode & Scalar {
  return isScalar(value) && /^\d{1,3}$/.test(writtenText(value));
}

function keyOf(key: unknown, path: Path, report: Report): string | null {
  if (!isScalar(key)) {
    report(key as ParsedNode | null, path, 'a key is a text');
    return null;
  }
  const text = writtenText(key);
  const wrong = text === '__proto__' ? 'a key cannot be named __proto__' : whyNotText(text, sourceLimits.key);
  if (wrong) report(key, path, `key: ${wrong}`);
  return wrong ? null : text;
}

function writtenText({ value }: Scalar): string {
  return typeof value === 'string' ? value : '';
}

function whyNotText(text: string, limit: number): string | null {
  if (text.length > limit) return `longer than ${limit} characters`;
  if (control.test(text)) return 'control characters are refused';
  if (text.includes(replacement)) return 'a character was lost: save the file as UTF-8';
  return text.isWellFormed() ? null : 'half of a surrogate pair is not a character';
}

// Except for tabs and line breaks, control characters have no place in notes and do harm on terminals.
const control = /(?![\t\n])\p{Cc}/u;

// Decoders put this in place of bytes that are not UTF-8. Guessing the character would record the guess for good.
const replacement = '\ufffd';

// `null`, `~` and nothing at all are the same empty text, unless they are in quotes.
function textOf(scalar: Scalar): string {
  const text = writtenText(scalar);
  return scalar.type === 'PLAIN' && nothing.test(text) ? '' : text;
}

const nothing = /^(?:~|null|Null|NULL)?$/;

/** A path as JSON pointer (RFC 6901). */
export function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function offsetOf(document: Document, { path, ofKey }: ContentProblem): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [depth, step] of path.entries()) {
    const pair = isMapNode(node) ? node.items.find(({ key }) => isScalar(key) && key.value === step) : undefined;
    const next = isSeq(node) ? node.items[Number(step)] : pair?.value;
    const ofPair = pair && (isEmpty(next) || (ofKey && depth === path.length - 1));
    offset = startOf(ofPair ? pair.key : next) ?? offset;
    node = next;
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  return (node as { range?: readonly number[] } | null)?.range?.[0];
}

// The key marks the place of an empty value.
function isEmpty(node: unknown): boolean {
  return node === null || (isScalar(node) && node.range?.[0] === node.range?.[1]);
}

/** Whether a value is a map of keys to values. */
export function isMap(value: SourceValue): value is SourceMap {
  return typeof value === 'object' && !isList(value);
}

/** Whether a value is a list. */
export function isList(value: SourceValue): value is SourceList {
  return Array.isArray(value);
}

/** A problem of the key at the path. */
export function keyProblem(path: Path, message: string, suggestion?: string): ContentProblem {
  return { path, message, ofKey: true, ...(suggestion === undefined ? {} : { suggestion }) };
}

/** Names the kind of a value, for messages. */
export function nameOf(value: SourceValue): string {
  if (isList(value)) return 'a list';
  if (isMap(value)) return 'a map';
  return value === '' ? 'nothing' : 'a text';
}

/** Problems in the order of the file; of more than `limit`, one at the end says how many are left. */
export function sortProblems(
  problems: readonly ArticleProblem[],
  limit: number = sourceLimits.problems,
): readonly ArticleProblem[] {
  const sorted = problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
  const next = sorted[limit];
  if (!next) return sorted;
  return [...sorted.slice(0, limit), { ...next, path: '', message: `${sorted.length - limit} more from here on` }];
}

/** Problems for a terminal, a line each: `file:line:column path: message (did you mean X?)`. */
export function formatProblems(problems: readonly ArticleProblem[]): string {
  return problems.map(formatProblem).join('\n');
}

function formatProblem({ file, line, column, path, message, suggestion }: ArticleProblem): string {
  const place = [`${file}:${line}:${column}`, path].filter(Boolean).join(' ');
  const hint = suggestion === undefined ? '' : ` (did you mean ${suggestion}?)`;
  // Messages quote the file, which must not move the cursor or break the line.
  return `${place}: ${message}${hint}`.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
}
