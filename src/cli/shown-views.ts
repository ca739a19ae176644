import type { Asked } from '../projections/answers/asked.ts';
import { auditAnswer, auditFilters } from '../projections/answers/audit-answer.ts';
import { driftAnswer, driftFilters } from '../projections/answers/drift-answer.ts';
import type { FilterRules, Filters } from '../projections/answers/filters.ts';
import { obligationsAnswer, obligationsFilters } from '../projections/answers/obligations-answer.ts';
import { rolloutAnswer } from '../projections/answers/rollout-answer.ts';
import { silenceAnswer, silenceFilters } from '../projections/answers/silence-answer.ts';
import { timelineAnswer, timelineFilters } from '../projections/answers/timeline-answer.ts';
import type { CutShape, Notice } from '../projections/shapes/cut.ts';
import { counted } from './counted.ts';
import type { Canvas } from './draw-table.ts';
import { auditTable } from './tables/audit-table.ts';
import { driftTable } from './tables/drift-table.ts';
import { obligationsTable } from './tables/obligations-table.ts';
import { rolloutTable } from './tables/rollout-table.ts';
import { silenceTable } from './tables/silence-table.ts';
import { timelineTable } from './tables/timeline-table.ts';

/** An answer, as REST gives it, and how it is drawn. */
export type Shown = {
  readonly answer: { readonly cut: CutShape; readonly notice?: Notice | undefined };
  /** How much there is to see, for the title. */
  readonly size: string;
  /** '' where there is nothing to draw. */
  readonly draw: (canvas: Canvas) => string;
};

/** A read model that can be shown: what it is called, which filters it takes, and its answer. */
export type ShownView = {
  readonly title: string;
  readonly filters: FilterRules;
  readonly show: (asked: Asked, filters: Filters) => Shown;
};

/** The read models by name. */
export const shownViews: Readonly<Record<string, ShownView>> = {
  timeline: {
    title: 'Timeline',
    filters: timelineFilters,
    show: (asked, filters) => {
      const answer = timelineAnswer(asked, filters);
      const size = counted(answer.total, 'fact');
      return { answer, size, draw: (canvas) => (answer.total === 0 ? '' : timelineTable(answer.entries, canvas)) };
    },
  },
  obligations: {
    title: 'Obligations per Games',
    filters: obligationsFilters,
    show: (asked, filters) => {
      const answer = obligationsAnswer(asked, filters);
      return {
        answer,
        size: `${counted(answer.columns.length, 'obligation')}, ${answer.rows.length} Games`,
        draw: (canvas) => obligationsTable(answer, canvas),
      };
    },
  },
  rollout: {
    title: 'Marketing rollout',
    filters: {},
    show: (asked) => {
      const answer = rolloutAnswer(asked);
      return {
        answer,
        size: `${counted(answer.campaigns.length, 'campaign')}, ${counted(answer.storefronts.length, 'storefront')}`,
        draw: (canvas) => rolloutTable(answer, canvas),
      };
    },
  },
  audit: {
    title: 'Audit trail',
    filters: auditFilters,
    show: (asked, filters) => {
      const answer = auditAnswer(asked, filters);
      const size = counted(answer.total, 'event');
      return { answer, size, draw: (canvas) => (answer.total === 0 ? '' : auditTable(answer.entries, canvas)) };
    },
  },
  drift: {
    title: 'Drift',
    filters: driftFilters,
    show: (asked, filters) => {
      const answer = driftAnswer(asked, filters);
      const size = `${counted(answer.total, 'fact')} told more than once or planned`;
      return { answer, size, draw: (canvas) => driftTable(answer, canvas) };
    },
  },
  silence: {
    title: 'Promises without a report since',
    filters: silenceFilters,
    show: (asked, filters) => {
      const answer = silenceAnswer(asked, filters);
      const size = counted(answer.total, 'promise');
      return { answer, size, draw: (canvas) => (answer.total === 0 ? '' : silenceTable(answer, canvas)) };
    },
  },
};
