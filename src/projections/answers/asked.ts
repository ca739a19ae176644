import type { SubjectNames } from '../names.ts';
import type { PartnershipView } from '../partnership-view.ts';

/** What every answer on one partnership is made from. */
export type Asked = {
  readonly view: PartnershipView;
  readonly names: SubjectNames;
  /** When the first event on what is asked for was recorded; null where nothing ever was. For notices only. */
  readonly firstRecordedAt: string | null;
};
