import { textOf } from './text-of.ts';

/** An article file about a made-up partnership, small and correct. */
export const articleText = ({
  article = 'a1',
  revision = 1,
  partnership = 'acme.federation',
  publisher = 'The Daily Example',
  published = '2030-05-02',
  reports = '  - { PartnershipAnnounced: ~, happened: 2030-05-01, p: 1, note: Acme and the federation announce a partnership }',
  head = '',
  text = textOf(article),
}: {
  readonly article?: string;
  readonly revision?: number;
  readonly partnership?: string;
  readonly publisher?: string;
  readonly published?: string;
  readonly reports?: string;
  readonly head?: string;
  /** SHA-256 of the text. */
  readonly text?: string;
} = {}): string => `article: ${article}
revision: ${revision}
partnership: ${partnership}
title: A made-up article
publisher: ${publisher}
published: ${published}
publishedBasis: Printed above the text.
textSha256: ${text}
paragraphs: 1
by: outlet
${head}reports:
${reports}
`;
