import { plain, statusWords, valueWords } from '../page/words.ts';
import type { ArticlesAnswer } from '../projections/articles.ts';
import type { gamesAnswer, gamesObligationsAnswer } from '../projections/games.ts';
import type { partnershipsAnswer } from '../projections/partnerships.ts';
import type { SearchAnswer } from '../projections/search.ts';
import { flagsText, otherStatusesText } from './columns.ts';
import { csvOf } from './csv.ts';
import { limitsText, promiseWords } from './partnership-tables.ts';

/** The partnerships of a ledger: a row for each. */
export const partnershipsCsv = csvOf(
  'partnerships',
  ({ partnerships }: ReturnType<typeof partnershipsAnswer>) => partnerships,
  [
    ['Name', ({ name }) => name],
    ['Partner', ({ partner }) => partner.name],
    ['Rights holder', ({ rightsHolder }) => rightsHolder.name],
    ['Parties', ({ parties }) => parties.map(({ name, role }) => `${name} (${plain(role)})`).join('; ')],
    ['Status', statusWords],
    ['Other statuses', ({ otherStatuses }) => otherStatusesText(otherStatuses)],
    ['Term from', ({ term }) => term.start, 'date'],
    ['Term to', ({ term }) => term.end, 'date'],
    ['Years', ({ term }) => (term.years === null ? '' : valueWords(term.years))],
    ['Term contested', ({ term }) => term.contested],
    ['Term over since', ({ termOver }) => termOver?.since],
    ['Facts', ({ facts }) => facts],
    ['Contested facts', ({ contested }) => contested],
    ['Articles', ({ articles }) => articles],
    ['Partnership', ({ id }) => id],
    ['Last event', ({ version }) => version],
  ],
);

/** The articles of a ledger: a row for each. */
export const articlesCsv = csvOf('articles', ({ articles }: ArticlesAnswer) => articles, [
  ['Article', ({ id }) => id],
  ['Title', ({ title }) => title],
  ['Publisher', ({ publisher }) => publisher],
  ['Author', ({ author }) => author],
  ['Published', ({ published }) => published, 'date'],
  ['How the day is known', ({ published }) => published.basis],
  ['Address', ({ url }) => url],
  ['Language', ({ language }) => language],
  ['Only its beginning was at hand', ({ extent }) => extent !== null],
  ['Copy of', ({ copyOf }) => copyOf],
  ['Same text as', ({ sameTextAs }) => sameTextAs.join('; ')],
  ['Retracted', ({ retracted }) => retracted?.reason],
  ['Partnerships', ({ partnerships }) => partnerships.join('; ')],
  ['Revision', ({ revision }) => revision],
  ['SHA-256 of the text', ({ textSha256 }) => textSha256],
  ['Last event', ({ version }) => version],
]);

/** The Games: a row for each edition. */
export const gamesCsv = csvOf('games', ({ games }: ReturnType<typeof gamesAnswer>) => games, [
  ['Games', ({ name }) => name],
  ['Edition', ({ edition }) => edition],
  ['Series', ({ series }) => series],
  ['Host', ({ host }) => host],
  ['Held', ({ window }) => window, 'date'],
  ['Dates', ({ status }) => status],
  ['State', ({ editionStatus }) => editionStatus],
  ['References', ({ sources }) => [...new Set(sources.map(({ reference }) => reference))].join('; ')],
]);

/** What is owed for one edition: a row for each promise of each partnership. */
export const gamesObligationsCsv = csvOf(
  'obligations',
  ({ name, edition, partnerships }: ReturnType<typeof gamesObligationsAnswer>) =>
    partnerships.flatMap((partnership) =>
      Object.values(partnership.cells).map((cell) => ({ name, edition, partnership, cell })),
    ),
  [
    ['Games', ({ name }) => name],
    ['Edition', ({ edition }) => edition],
    ['Partnership', ({ partnership }) => partnership.name],
    ['Promise', ({ cell }) => cell.name],
    ['Owed by', ({ cell }) => plain(cell.owedBy)],
    ['Status', ({ cell }) => promiseWords(cell)],
    ['Other statuses', ({ cell }) => otherStatusesText(cell.otherStatuses)],
    ['Games closed without a report', ({ cell }) => cell.closedWithoutReport],
    ['Promised', ({ cell }) => (cell.quantity === null ? '' : valueWords(cell.quantity))],
    ['Delivered', ({ cell }) => (cell.delivered === null ? '' : valueWords(cell.delivered))],
    ['Last report', ({ cell }) => cell.lastReport, 'date'],
    ['Contested', ({ cell }) => cell.contested],
    ['Limits and aims', ({ cell }) => limitsText(cell.qualifications)],
    ['Flags', ({ cell }) => flagsText(cell.flags)],
    ['Articles', ({ cell }) => cell, 'sources'],
    ['Obligation', ({ cell }) => cell.obligation],
    ['Id', ({ partnership }) => partnership.partnership],
  ],
);

/** What a search finds: a row for each hit. */
export const searchCsv = csvOf('search', ({ hits }: SearchAnswer) => hits, [
  ['Title', ({ title }) => title],
  ['Kind', ({ kind }) => kind],
  ['Status', ({ status, timing }) => (status === null ? '' : statusWords({ status, timing: timing ?? undefined }))],
  ['What is told', ({ summary }) => summary],
  ['Games', ({ games }) => games.join('; ')],
  ['Name', ({ name }) => name],
  ['Partnership', ({ partnership }) => partnership],
  ['Id', ({ id }) => id],
]);
