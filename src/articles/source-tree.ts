import { type Document, isAlias, isMap, isScalar, isSeq, type ParsedNode, type Scalar, type YAMLMap } from 'yaml';
import type { Path } from './problem.ts';
import { sourceLimits } from './source-limits.ts';
import type { SourceMap, SourceValue } from './source-value.ts';

/** A mistake at an offset of the text. */
export type Mistake = { readonly offset: number; readonly path: Path; readonly message: string };

type Report = (node: { range?: readonly number[] | null } | null, path: Path, message: string) => void;

const nothing = /^(?:~|null|Null|NULL)?$/;
// Tabs and line breaks apart, control characters have no place in notes and do harm on terminals.
const control = /(?![\t\n])\p{Cc}/u;
// What decoders put in the place of bytes that are no UTF-8. What is recorded stays, so it must not be guessed.
const replacement = '\ufffd';

function writtenText({ value }: Scalar): string {
  return typeof value === 'string' ? value : '';
}

/** `null`, `~` and nothing at all are the same empty text, unless they are in quotes. */
function textOf(scalar: Scalar): string {
  const text = writtenText(scalar);
  return scalar.type === 'PLAIN' && nothing.test(text) ? '' : text;
}

function whyNotText(text: string, limit: number): string | null {
  if (text.length > limit) return `longer than ${limit} characters`;
  if (control.test(text)) return 'control characters are refused';
  if (text.includes(replacement)) return 'a character was lost: save the file as UTF-8';
  return text.isWellFormed() ? null : 'half of a surrogate pair is no character';
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
    if (isMap(node)) return mapOf(node, path, report, read);
    const text = textOf(node);
    const wrong = whyNotText(text, sourceLimits.value);
    if (wrong) report(node, path, wrong);
    return wrong ? '' : text;
  };
  return { content: read(document.contents, []), mistakes };
}
