import {
  Composer,
  type CST,
  type Document,
  isMap as isMapNode,
  isScalar,
  isSeq,
  LineCounter,
  Parser,
  type YAMLParseError,
} from 'yaml';
import { type ArticleProblem, type Finding, finding, pointerOf } from './problem.ts';
import { sourceLimits } from './source-limits.ts';
import { contentOf, type Mistake } from './source-tree.ts';
import { isMap, nameOf, type SourceMap } from './source-value.ts';

/** A file as parsed. */
export type Source = {
  /** null where the text cannot be read as YAML or JSON, or holds no map; `problems` then says why. */
  readonly content: SourceMap | null;
  readonly problems: readonly ArticleProblem[];
  /** Findings on the content as problems of the file, with line and column. */
  readonly problemsAt: (findings: readonly Finding[]) => readonly ArticleProblem[];
};

const says: Readonly<Record<string, string>> = {
  BLOCK_AS_IMPLICIT_KEY: 'a key within a line that has one already; a text with a colon and a space stands in quotes',
  BAD_SCALAR_START: 'a text that starts with this character stands in quotes',
  MULTIPLE_DOCS: 'one file holds one document',
};

// Reasons of the parser can quote what they are about.
const longestReason = 120;

function deeperThan(token: CST.Token | null | undefined, levels: number): number | null {
  if (!token || !('items' in token)) return null;
  if (levels === 0) return token.offset;
  for (const { key, value } of token.items) {
    const deeper = deeperThan(key, levels - 1) ?? deeperThan(value, levels - 1);
    if (deeper !== null) return deeper;
  }
  return null;
}

function refusal(offset: number, message: string): { document: null; mistakes: readonly Mistake[] } {
  return {
    document: null,
    mistakes: [{ offset, path: [], message }],
  };
}

function mistakeOf({ code, message, pos }: YAMLParseError): Mistake {
  return {
    offset: pos[0],
    path: [],
    message: `not readable as YAML or JSON: ${says[code] ?? message.slice(0, longestReason)}`,
  };
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

function startOf(node: unknown): number | undefined {
  return (node as { range?: readonly number[] } | null)?.range?.[0];
}

/** Where a value is nothing at all, its key is the place to look at. */
function isNothing(node: unknown): boolean {
  return node === null || (isScalar(node) && node.range?.[0] === node.range?.[1]);
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
