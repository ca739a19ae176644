import {
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap as isMapNode,
  isMap as isMapOfSourceTree,
  isScalar,
  isSeq,
  LineCounter,
  type ParsedNode,
  Parser,
  type Scalar,
  type YAMLMap,
  type YAMLParseError,
} from 'yaml';

/** A file as parsed. */
export type Source = {
  /** null where the text cannot be read as YAML or JSON, or holds no map; `problems` then says why. */
  readonly content: SourceMap | null;
  readonly problems: readonly ArticleProblem[];
  /** Findings on the content as problems of the file, with line and column. */
  readonly problemsAt: (findings: readonly Finding[]) => readonly ArticleProblem[];
};

export type SourceMap = { readonly [key: string]: SourceValue };

/** What a file holds, every scalar a text, whether it was written as YAML or as JSON. */
export type SourceValue = string | SourceList | SourceMap;

export type SourceList = readonly SourceValue[];

/** A mistake, or a doubt, in a file: where, what is wrong, and what to write instead where that is clear. */
export type ArticleProblem = {
  readonly file: string;
  /** From 1, as editors count. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
  /** JSON pointer (RFC 6901) such as `/reports/3/planned`; '' is the whole file. */
  readonly path: string;
  readonly message: string;
  readonly suggestion?: string;
};

/** A problem before its line is known. Where nothing stands at the path, the nearest thing around it is meant. */
export type Finding = {
  readonly path: Path;
  readonly message: string;
  readonly suggestion?: string;
  /** The key at the path is meant, not its value. */
  readonly ofKey?: true;
};

/** Where something stands in the content of a file: keys and indices, from the root. */
export type Path = readonly (string | number)[];

/**
 * Reads YAML or JSON (which is YAML) so that every scalar is a text as written: both give the same content, and so the
 * same digest. Limits (`sourceLimits`) keep hostile texts from taking long. Never throws.
 */
export function readSource(text: string, file: string): Source {
  const lines = new LineCounter();
  const { document, mistakes: unreadable } = documentOf(text, lines);
  const { content, mistakes } = document ? contentOf(document) : { content: null, mistakes: unreadable };
  const problemAt = (offset: number, { path, message, suggestion }: Omit<Finding, 'ofKey'>): ArticleProblem => {
    const { line, col } = lines.linePos(offset);
    const place = { file, line: Math.max(line, 1), column: Math.max(col, 1), path: pointerOf(path) };
    return suggestion === undefined ? { ...place, message } : { ...place, message, suggestion };
  };
  const problems = mistakes.map((mistake) => problemAt(mistake.offset, mistake));
  const problemsAt: Source['problemsAt'] = (findings) =>
    findings.map((found) => problemAt(document ? locate(document, found) : 0, found));
  if (content === null || isMap(content)) return { content, problems, problemsAt };
  const noMap = finding([], `a file holds a map of keys to values, not ${nameOf(content)}`);
  return { content: null, problems: [...problems, ...problemsAt([noMap])], problemsAt };
}

function documentOf(text: string, lines: LineCounter) {
  if (text.length > sourceLimits.characters) return refusal(0, `longer than ${sourceLimits.characters} characters`);
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  for (const token of tokens) {
    const offset = token.type === 'document' ? deeperThan(token.value, sourceLimits.depth) : null;
    if (offset !== null) return refusal(offset, `more than ${sourceLimits.depth} lists and maps within each other`);
  }
  // Unique keys are checked when the content is taken out: here that takes quadratic time.
  const composer = new Composer({ schema: 'failsafe', uniqueKeys: false });
  const documents = [...composer.compose(tokens, true, text.length)];
  const [document, second] = documents;
  const mistakes = documents.flatMap(({ errors }) => errors).map(mistakeOf);
  if (second) mistakes.push({ offset: second.range[0], path: [], message: `${says.MULTIPLE_DOCS}` });
  return document && mistakes.length === 0 ? { document, mistakes } : { document: null, mistakes };
}

/** What a file may hold at most: far more than an article needs, far less than would occupy a server. */
export const sourceLimits = {
  /** UTF-16 units of the whole text. */
  characters: 256 * 1024,
  /** Lists and maps within each other. */
  depth: 12,
  /** Values, lists and maps. */
  nodes: 10_000,
  /** Problems of one file that are listed; the last one then says how many more there are. */
  problems: 500,
  /** Reports of one article after short forms are expanded: one append has to hold them. */
  facts: 1000,
  /** UTF-16 units of one value and of one key. */
  value: 4000,
  key: 200,
} as const;

function refusal(offset: number, message: string): { document: null; mistakes: readonly Mistake[] } {
  return {
    document: null,
    mistakes: [{ offset, path: [], message }],
  };
}

/** A mistake at an offset of the text. */
export type Mistake = { readonly offset: number; readonly path: Path; readonly message: string };

function deeperThan(token: CST.Token | null | undefined, levels: number): number | null {
  if (!token || !('items' in token)) return null;
  if (levels === 0) return token.offset;
  for (const { key, value } of token.items) {
    const deeper = deeperThan(key, levels - 1) ?? deeperThan(value, levels - 1);
    if (deeper !== null) return deeper;
  }
  return null;
}

function mistakeOf({ code, message, pos }: YAMLParseError): Mistake {
  return {
    offset: pos[0],
    path: [],
    message: `not readable as YAML or JSON: ${says[code] ?? message.slice(0, longestReason)}`,
  };
}

const says: Readonly<Record<string, string>> = {
  BLOCK_AS_IMPLICIT_KEY: 'a key within a line that has one already; a text with a colon and a space stands in quotes',
  BAD_SCALAR_START: 'a text that starts with this character stands in quotes',
  MULTIPLE_DOCS: 'one file holds one document',
};

// Reasons of the parser can quote what they are about.
const longestReason = 120;

/**
 * The content of a document whose depth has been bounded. Of a key that stands twice the first counts; aliases, anchors
 * and tags are refused, since every value is a text that stands where it is read.
 */
export function contentOf(document: Document): { content: SourceValue; mistakes: readonly Mistake[] } {
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
      report(node, path, 'aliases are not read: write the value out');
      return '';
    }
    if (node.anchor) report(node, path, 'anchors are not read: write the value out where it is needed');
    if (node.tag) report(node, path, 'tags are not read: every value is a text');
    if (isSeq(node)) return node.items.map((item, index) => read(item, [...path, index]));
    if (isMapOfSourceTree(node)) return mapOf(node, path, report, read);
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
  for (const { key, value } of map.items) {
    const name = keyOf(key, path, report);
    if (name === null) continue;
    if (entries.has(name)) report(key as ParsedNode, [...path, name], `the key ${name} stands here twice`);
    else entries.set(name, read(value, [...path, name]));
  }
  return Object.fromEntries(entries);
}

function keyOf(key: unknown, path: Path, report: Report): string | null {
  if (!isScalar(key)) {
    report(key as ParsedNode | null, path, 'a key is a text');
    return null;
  }
  const text = writtenText(key);
  const wrong = text === '__proto__' ? 'no key of this name is read' : whyNotText(text, sourceLimits.key);
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
  return text.isWellFormed() ? null : 'half of a surrogate pair is no character';
}

// Tabs and line breaks apart, control characters have no place in notes and do harm on terminals.
const control = /(?![\t\n])\p{Cc}/u;

// What decoders put in the place of bytes that are no UTF-8. What is recorded stays, so it must not be guessed.
const replacement = '\ufffd';

/** `null`, `~` and nothing at all are the same empty text, unless they are in quotes. */
function textOf(scalar: Scalar): string {
  const text = writtenText(scalar);
  return scalar.type === 'PLAIN' && nothing.test(text) ? '' : text;
}

const nothing = /^(?:~|null|Null|NULL)?$/;

/** A path as JSON pointer (RFC 6901). */
export function pointerOf(path: Path): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function locate(document: Document, { path, ofKey }: Finding): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [depth, step] of path.entries()) {
    const pair = isMapNode(node) ? node.items.find(({ key }) => isScalar(key) && key.value === step) : undefined;
    const next = isSeq(node) ? node.items[Number(step)] : pair?.value;
    const ofPair = pair && (isNothing(next) || (ofKey && depth === path.length - 1));
    offset = startOf(ofPair ? pair.key : next) ?? offset;
    node = next;
  }
  return offset;
}

/** The same finding, meant of the key. */
export function ofKey(one: Finding): Finding {
  return { ...one, ofKey: true };
}

function startOf(node: unknown): number | undefined {
  return (node as { range?: readonly number[] } | null)?.range?.[0];
}

/** Where a value is nothing at all, its key is the place to look at. */
function isNothing(node: unknown): boolean {
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

/** A finding; a suggestion that is undefined is left out. */
export function finding(path: Path, message: string, suggestion?: string): Finding {
  return suggestion === undefined ? { path, message } : { path, message, suggestion };
}

/** What a value is, for messages. */
export function nameOf(value: SourceValue): string {
  if (isList(value)) return 'a list';
  if (isMap(value)) return 'a map';
  return value === '' ? 'nothing' : 'a text';
}

/** Problems in the order of the file; of more than `limit`, one at the end says how many there are. */
export function inOrder(problems: readonly ArticleProblem[], limit: number): readonly ArticleProblem[] {
  const sorted = problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
  const next = sorted[limit];
  if (!next) return sorted;
  return [...sorted.slice(0, limit), { ...next, path: '', message: `${sorted.length - limit} more from here on` }];
}

/** Problems for a terminal, a line each: `file:line:column path: message (did you mean X?)`. */
export function formatProblems(problems: readonly ArticleProblem[]): string {
  return problems.map((problem) => onOneLine(formatProblem(problem))).join('\n');
}

// What a file holds, and messages quote, must not move the cursor or break the line.
function onOneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
}

function formatProblem({ file, line, column, path, message, suggestion }: ArticleProblem): string {
  return `${file}:${line}:${column}${path && ` ${path}`}: ${message}${suggestion === undefined ? '' : ` (did you mean ${suggestion}?)`}`;
}
