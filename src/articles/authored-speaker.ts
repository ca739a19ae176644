import type * as z from 'zod';
import type { Speaker } from '../domain/events/metadata.ts';
import { slugPattern } from '../domain/fact-key.ts';
import { authored, type Refuse, readText, refuseAt, scalar } from './authored.ts';
import { isMap, nameOf, type SourceValue } from './source-value.ts';

const longest = 300;

/** `Name, role`: what comes before the first comma is the name; without a comma there is no role. */
function readSpeaker(value: SourceValue, refuse: Refuse): Speaker | undefined {
  const text = readText(value, refuse, longest);
  if (text === undefined) return undefined;
  const comma = text.indexOf(',');
  const name = (comma < 0 ? text : text.slice(0, comma)).trim();
  const role = comma < 0 ? '' : text.slice(comma + 1).trim();
  return name === '' ? refuse('a name comes before the comma') : { name, role: role === '' ? null : role };
}

/** Who speaks: a short name of the file's `speakers` (still to be looked up), or a person or an outlet. */
export type AuthoredSpeaker = { readonly short: string } | Speaker;

/** A short name, or `Name, role`. A text that has the form of a slug is a short name. */
export function speaker(description: string): z.ZodType<AuthoredSpeaker> {
  return authored({ ...scalar, description }, (value, refuse) =>
    typeof value === 'string' && slugPattern.test(value) ? { short: value } : readSpeaker(value, refuse),
  );
}

/** Short names and whom they stand for. */
export function speakers(description: string): z.ZodType<ReadonlyMap<string, Speaker>> {
  return authored(
    { type: 'object', propertyNames: { pattern: slugPattern.source }, additionalProperties: scalar, description },
    (value, refuse) => {
      if (!isMap(value)) return refuse(`a map of short names to "Name, role" belongs here, not ${nameOf(value)}`);
      const entries = Object.entries(value).flatMap(([short, who]) => {
        const at = refuseAt(refuse, [short]);
        if (!slugPattern.test(short)) at(`"${short}": a short name has small letters and digits, joined by - or .`);
        const read = readSpeaker(who, at);
        return read ? [[short, read] as const] : [];
      });
      return new Map(entries);
    },
  );
}
