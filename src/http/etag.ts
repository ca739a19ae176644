import { createHash } from 'node:crypto';

// Raised whenever the same events give another answer than before: what browsers keep is then asked for anew.
const projectionVersion = 2;

/** A strong entity tag (RFC 9110) of what an answer depends on: equal parts, equal bytes. */
export function etagOf(...parts: readonly unknown[]): string {
  return `"${createHash('sha256')
    .update(JSON.stringify([projectionVersion, ...parts]))
    .digest('base64url')
    .slice(0, 27)}"`;
}

/** Whether a client has the answer already: whether If-None-Match names its tag, weak ones included (RFC 9110). */
export function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  return (
    ifNoneMatch !== undefined &&
    (ifNoneMatch === etag ||
      ifNoneMatch.trim() === '*' ||
      ifNoneMatch.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag))
  );
}
