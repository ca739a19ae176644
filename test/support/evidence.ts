import type { Evidence } from '../../src/domain/facts/evidence.ts';
import { factsAt } from '../../src/domain/facts/fact.ts';
import type { Attribution } from '../../src/domain/vocabulary/event-data.ts';
import { article, given, report } from './given.ts';

type Told = {
  readonly in?: string;
  readonly published?: string;
  readonly publisher?: string | null;
  readonly by?: Attribution;
  readonly date?: string | null;
  readonly speaker?: string;
  readonly copyOf?: string;
  readonly textSha256?: string;
};

/** A report that counts: in an article, published on a day, by somebody. */
export const told = ({
  in: id = 'a',
  published = '2018-01-01',
  publisher,
  by = 'outlet',
  date = null,
  speaker,
  copyOf,
  textSha256,
}: Told): Evidence => {
  const said = speaker === undefined ? { by } : { by, speaker };
  const history = given(
    article(id, published, [report('PartnershipSigned', 'happened', date, said)], {
      ...(publisher === undefined ? {} : { publisher }),
      ...(copyOf === undefined ? {} : { copyOf }),
      ...(textSha256 === undefined ? {} : { textSha256 }),
    }),
  );
  const [one] = factsAt(history, null, 'possible').flatMap(({ evidence }) => evidence);
  return one as Evidence;
};
