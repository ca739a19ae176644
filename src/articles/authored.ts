import * as z from 'zod';
import type { Path } from './problem.ts';
import { sourceLimits } from './source-limits.ts';
import { nameOf, type SourceValue } from './source-value.ts';

/** What may be said of a refused value beside the message: what to write instead, and where within the value it is. */
export type Refusal = { readonly suggestion?: string | undefined; readonly path?: Path };

/** Refuses a value, or a part of it. Can be called several times; what is read then does not count. */
export type Refuse = (message: string, refusal?: Refusal) => undefined;

/**
 * JSON Schema of a value as an editor sees it. Editors read YAML by its core schema, so that `3` is a number to them
 * and `null` is null, whereas here every scalar is a text.
 */
export type EditorSchema = Readonly<Record<string, unknown>>;

/** Scalars that to an editor may be of any type. */
export const scalar: EditorSchema = { type: ['string', 'number', 'boolean'] };

/** The schema of a value as authors write it: `read` turns it into what it means, or refuses it. */
export function authored<Value>(
  editor: EditorSchema,
  read: (value: SourceValue, refuse: Refuse) => Value | undefined,
): z.ZodType<Value> {
  return z
    .unknown()
    .transform((value, context): Value => {
      const refuse: Refuse = (message, { suggestion, path = [] } = {}) => {
        context.addIssue({ code: 'custom', message, path: [...path], params: { suggestion } });
      };
      return read(value as SourceValue, refuse) as Value;
    })
    .meta(editor);
}

/** Reads a text that must not be empty, without the spaces around it. */
export function readText(value: SourceValue, refuse: Refuse, limit: number = sourceLimits.value): string | undefined {
  if (typeof value !== 'string') return refuse(`a text belongs here, not ${nameOf(value)}`);
  const text = value.trim();
  if (text === '') return refuse('a text is missing here');
  return text.length > limit ? refuse(`${text.length} characters are too long, ${limit} are the limit`) : text;
}

/** The items of a list, or a single value as a list of one, each with its place. */
export function itemsOf(value: SourceValue): readonly { readonly item: SourceValue; readonly path: Path }[] {
  return Array.isArray(value) ? value.map((item, index) => ({ item, path: [index] })) : [{ item: value, path: [] }];
}

/** The same as `refuse`, for a part of the value. */
export function refuseAt(refuse: Refuse, at: Path): Refuse {
  return (message, { suggestion, path = [] } = {}) => refuse(message, { suggestion, path: [...at, ...path] });
}
