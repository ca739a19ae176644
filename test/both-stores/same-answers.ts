import { isDeepStrictEqual } from 'node:util';
import type { Test } from 'tap';
import type { TestApp } from '../support/app.ts';

/**
 * Asks two apps every question, and asserts once that they answer the same: a failure is about the first question that
 * they answer differently.
 */
export async function sameAnswers(
  t: Test,
  questions: readonly string[],
  expected: (question: string) => Promise<unknown>,
  actual: (question: string) => Promise<unknown>,
): Promise<void> {
  for (const question of questions) {
    const [one, other] = [await expected(question), await actual(question)];
    if (isDeepStrictEqual(other, one)) continue;
    t.strictSame(other, one, question);
    return;
  }
  t.ok(questions.length > 0, `${questions.length} questions have the same answers`);
}

/** Asks an app, and gives the bytes that it answers. */
export const textOf =
  ({ get }: TestApp) =>
  async (address: string): Promise<string> =>
    (await get(address)).text;
