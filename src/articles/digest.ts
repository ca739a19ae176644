import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { SourceMap } from './source-value.ts';

/**
 * Identifies what a file says, before defaults and short forms: SHA-256, in hex, of its canonical JSON (RFC 8785). It
 * is the same for YAML and JSON and for any order of keys.
 */
export function digest(content: SourceMap): string {
  return createHash('sha256')
    .update(canonicalize(content) ?? '')
    .digest('hex');
}
