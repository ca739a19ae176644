import type { ReadModels } from '../read-models.ts';
import type { AuditEntry } from '../shapes/audit.ts';
import type { Entry } from '../shapes/timeline.ts';
import { type ObligationPart, obligationParts, obligationsFrom } from './obligation-parts.ts';
import { type Part, valuesIn } from './part.ts';
import { type RolloutPart, rolloutFrom, rolloutParts } from './rollout-parts.ts';

/** The read models of a partnership, each taken apart. */
export type Parts = {
  readonly timeline: readonly Part<'fact', Entry>[];
  readonly obligations: readonly ObligationPart[];
  readonly rollout: readonly RolloutPart[];
  readonly audit: readonly Part<'entry', AuditEntry>[];
};

/** Takes the read models apart. */
export function partsOf({ timeline, obligations, rollout, audit }: ReadModels): Parts {
  return {
    timeline: timeline.map((value) => ({ part: 'fact', key: value.fact, of: null, value })),
    obligations: obligationParts(obligations),
    rollout: rolloutParts(rollout),
    audit: audit.map((value) => ({ part: 'entry', key: String(value.position), of: null, value })),
  };
}

/** Puts the read models together from their parts. */
export function readModelsFrom(parts: Readonly<Record<keyof Parts, readonly Part[]>>): ReadModels {
  return {
    timeline: valuesIn(parts.timeline)<Entry>('fact'),
    obligations: obligationsFrom(parts.obligations),
    rollout: rolloutFrom(parts.rollout),
    audit: valuesIn(parts.audit)<AuditEntry>('entry'),
  };
}
