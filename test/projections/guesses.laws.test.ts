import * as fc from 'fast-check';
import { obligationStatus, partnershipStatus } from '../../src/domain/facts/standing.ts';
import { article, given, report } from '../support/given.ts';
import { law } from '../support/law.ts';
import { see } from '../support/see.ts';

const things = {
  PartnershipSigned: {},
  PartnershipSuspended: {},
  PartnershipTerminated: {},
  ObligationUndertaken: { subject: 'cloud', games: ['2018W'] },
  ObligationBreached: { subject: 'cloud', games: ['2018W'] },
  ObligationDelivered: { subject: 'cloud', games: ['2018W'] },
  CampaignLaunched: { subject: 'spring' },
  CampaignCancelled: { subject: 'spring' },
  StorefrontOpened: { subject: 'shop', games: ['2018W'] },
} as const;

type Told = {
  readonly type: keyof typeof things;
  readonly modality: 'happened' | 'planned' | 'denied';
  readonly date: string | null;
  readonly published: string;
};

const anyTold: fc.Arbitrary<Told> = fc.record({
  type: fc.constantFrom(...(Object.keys(things) as (keyof typeof things)[])),
  modality: fc.constantFrom('happened', 'planned', 'denied'),
  date: fc.constantFrom('2017-03-01', '2017-12', '2018', '2018-02-10', null),
  published: fc.constantFrom('2018-12-01', '2019-03', '2019-06-15'),
});

const articles = (prefix: string, told: readonly Told[], by: 'outlet' | 'inference') =>
  told.map(({ type, modality, date, published }, i) =>
    article(`${prefix}${i}`, published, [report(type, modality, date, { ...things[type], by })]),
  );

law<[readonly Told[], readonly Told[]]>(
  'a guess changes no status: of facts, of the partnership, of an obligation',
  [fc.array(anyTold, { maxLength: 6 }), fc.array(anyTold, { minLength: 1, maxLength: 4 })],
  (told, guessed) => {
    const firm = articles('a', told, 'outlet');
    const standing = (facts: ReturnType<typeof see>) => ({
      partnership: partnershipStatus(facts),
      obligation: obligationStatus(facts.filter(({ type }) => type.kind === 'obligation')),
    });
    const without = see(given(...firm));
    const withGuesses = see(given(...firm, ...articles('g', guessed, 'inference')));
    for (const { key, status } of without) {
      const now = withGuesses.find((fact) => fact.key === key)?.status;
      if (now !== status) return `${key} was ${status} and is ${now}`;
    }
    const [before, after] = [standing(without), standing(withGuesses)].map((one) => JSON.stringify(one));
    return before === after ? null : `${before} became ${after}`;
  },
);
