/** An article file that an outlet might have published, with one report. */
export const madeUpNotice = (id: string, partnership = 'alibaba.ioc') => `
article: "${id}"
partnership: ${partnership}
publisher: Gazette
title: A made-up notice
published: 2018-03-01
publishedBasis: Printed under the headline
textSha256: ${id.padStart(64, 'a')}
paragraphs: 1
by: outlet
reports:
  - { PartnershipAnnounced: ~, happened: 2018-02-28, p: 1, note: The partners announce it }
`;
