import * as z from 'zod';
import { articleFile } from './article-file.ts';

/** The article format as JSON Schema (2020-12), by which editors complete and check files. */
export function articleJsonSchema(): Readonly<Record<string, unknown>> {
  return z.toJSONSchema(articleFile, { target: 'draft-2020-12', io: 'input', reused: 'inline' });
}
