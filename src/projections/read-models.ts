import type { SubjectNames } from './names.ts';
import { obligations } from './obligations.ts';
import type { PartnershipView } from './partnership-view.ts';
import { rollout } from './rollout.ts';
import type { AuditEntry } from './shapes/audit.ts';
import type { Obligations } from './shapes/obligations.ts';
import type { Rollout } from './shapes/rollout.ts';
import type { Entry } from './shapes/timeline.ts';
import { timeline } from './timeline.ts';

/** All that is shown of a partnership at a cut. */
export type ReadModels = {
  readonly timeline: readonly Entry[];
  readonly obligations: Obligations;
  readonly rollout: Rollout;
  readonly audit: readonly AuditEntry[];
};

/** The read models of a partnership at a cut, whole. */
export function readModelsOf(view: PartnershipView, names: SubjectNames): ReadModels {
  return {
    timeline: timeline(view.facts().facts, view.partnership, names),
    obligations: obligations(view.facts(), view.cut, view.partnership, names),
    rollout: rollout(view.facts(), names),
    audit: view.audit(),
  };
}
