import type * as z from 'zod';
import { articleHead } from './article-file.ts';
import { checkObject } from './check-object.ts';
import { type Finding, finding } from './problem.ts';
import type { SourceMap } from './source-value.ts';

/** What an article file says beside its reports, as far as it could be read. */
export type ArticleHead = Partial<z.output<typeof articleHead>>;

function revisionRules(head: ArticleHead, content: SourceMap): readonly Finding[] {
  const first = (head.revision ?? 1) === 1;
  if (first && head.because && head.revision !== undefined) {
    return [finding(['because'], 'revision 1 replaces nothing: a new reading has a higher revision')];
  }
  if (first && head.because && !('revision' in content)) {
    return [finding(['because'], 'a reading that replaces another has a revision', 'revision: 2')];
  }
  if (first || (content.because ?? '') !== '') return [];
  return [
    finding(
      ['because'],
      `revision ${head.revision} says why it replaces the one before: reread (our reading was wrong) or republished`,
    ),
  ];
}

function publicationRules(head: ArticleHead, content: SourceMap): readonly Finding[] {
  const given = (key: string) => (content[key] ?? '') !== '';
  if (given('published') && !given('publishedBasis')) {
    return [finding(['publishedBasis'], 'publishedBasis is missing: how we know when it was published')];
  }
  if (given('published')) return [];
  if (given('publishedBasis')) return [finding(['publishedBasis'], 'a basis of a publication date that is not given')];
  return head.because === 'reread'
    ? []
    : [
        finding(
          ['published'],
          'published is missing: when the article was published (EDTF); only a reread inherits it',
        ),
      ];
}

/** Checks everything in an article file but its reports. */
export function checkHead(content: SourceMap): { head: ArticleHead; findings: readonly Finding[] } {
  const { values, findings } = checkObject(articleHead, content, []);
  const own = [...revisionRules(values, content), ...publicationRules(values, content)];
  const seen = new Set(findings.map(({ path }) => path.join('/')));
  return { head: values, findings: [...findings, ...own.filter(({ path }) => !seen.has(path.join('/')))] };
}
