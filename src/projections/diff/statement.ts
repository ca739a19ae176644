import type { AuditEntry } from '../shapes/audit.ts';
import type { Standing } from '../shapes/diff.ts';
import type { Cell } from '../shapes/obligations.ts';
import type { Step } from '../shapes/rollout.ts';
import type { Source } from '../shapes/source.ts';
import type { Entry } from '../shapes/timeline.ts';
import type { ObligationPart, ProgrammeValue, RowValue } from './obligation-parts.ts';
import type { Parts } from './parts.ts';
import type { CampaignValue, RolloutPart } from './rollout-parts.ts';

/** A part of any read model. */
export type AnyPart = Parts[keyof Parts][number];

/** What a part of a read model states, in the terms that all parts share. */
export type Statement = {
  /** In our words. */
  readonly title: string;
  /** The fact that it states; null where it states none, or several. */
  readonly fact: string | null;
  /** Where it stands; null where it has no status. */
  readonly standing: Standing | null;
  readonly timing: Standing['timing'] | null;
  /** What it is told with, and how certain that is: milestones and qualifications, by fact and status. */
  readonly within: ReadonlyMap<string, Standing['timing']>;
  readonly contested: boolean;
  /** A report goes against what a steward decided. */
  readonly reopened: boolean;
  /** The values on which sources disagree. */
  readonly alternatives: number;
  readonly flags: readonly string[];
  readonly sources: readonly Source[];
  /** The Games have closed without a report of delivery. */
  readonly closed: boolean;
  /** What is displayed beside all that. */
  readonly shown: unknown;
};

const plain: Omit<Statement, 'title'> = {
  fact: null,
  standing: null,
  timing: null,
  within: new Map(),
  contested: false,
  reopened: false,
  alternatives: 0,
  flags: [],
  sources: [],
  closed: false,
  shown: null,
};

type Stepped = Omit<Step, 'status'> & { readonly status: string; readonly data?: Entry['data'] };

function ofStep(step: Stepped, title = step.summary): Statement {
  const { fact, status, timing, occurred, planned, contested, reopened, alternatives, flags, sources, data } = step;
  return {
    ...plain,
    title,
    fact,
    standing: { status, timing, occurred, planned },
    timing,
    contested,
    reopened,
    alternatives: alternatives.length,
    flags: flags.map(({ rule, detail }) => `${rule}: ${detail}`),
    sources,
    shown: [occurred, planned, data ?? {}],
  };
}

function texts(qualifications: Cell['qualifications']) {
  return qualifications.map(({ fact, text }) => [fact, text]);
}

function timed({
  qualifications,
  milestones = [],
}: Pick<Cell, 'qualifications'> & Partial<Pick<Cell, 'milestones'>>): Statement['within'] {
  return new Map([
    ...qualifications.map(({ fact, timing }) => [fact, timing] as const),
    ...milestones.map(({ fact, status, timing }) => [`${fact} ${status}`, timing] as const),
  ]);
}

function ofCell(cell: Cell): Statement {
  const { name, status, timing, contested, reopened, flags, sources, closedWithoutReport, otherStatuses, scope } = cell;
  const milestones = cell.milestones.map(({ fact, status, occurred, planned }) => [fact, status, occurred, planned]);
  return {
    ...plain,
    title: name,
    standing: { status, timing, occurred: null, planned: null },
    timing,
    within: timed(cell),
    contested,
    reopened,
    flags: flags.map(({ rule, detail }) => `${rule}: ${detail}`),
    sources,
    closed: closedWithoutReport,
    shown: [otherStatuses, scope, texts(cell.qualifications), milestones],
  };
}

function ofRow({ name, timing, implied, host, window, coverage, qualifications }: RowValue): Statement {
  return {
    ...plain,
    title: name,
    timing,
    within: timed({ qualifications }),
    sources: [...coverage, ...qualifications.flatMap(({ sources }) => sources)],
    shown: [implied, host, window, texts(qualifications)],
  };
}

function ofProgramme({ qualifications }: ProgrammeValue): Statement {
  return {
    ...plain,
    title: 'The whole programme',
    within: timed({ qualifications }),
    sources: qualifications.flatMap(({ sources }) => sources),
    shown: texts(qualifications),
  };
}

function ofCampaign({ name, creatives: { stated, unidentified } }: CampaignValue): Statement {
  return {
    ...plain,
    title: name,
    contested: stated?.contested ?? false,
    alternatives: stated?.alternatives.length ?? 0,
    sources: stated?.sources ?? [],
    shown: [stated?.value ?? null, unidentified],
  };
}

function ofEntry({ event }: AuditEntry): Statement {
  return { ...plain, title: event.type };
}

function ofObligation(part: ObligationPart): Statement {
  if (part.part === 'cell') return ofCell(part.value);
  return part.part === 'row' ? ofRow(part.value) : ofProgramme(part.value);
}

function ofRollout(part: RolloutPart): Statement {
  if (part.part === 'campaign') return ofCampaign(part.value);
  if (part.part === 'storefront') {
    const { name, platform, games } = part.value;
    return { ...plain, title: name, shown: [platform, games] };
  }
  if (part.part === 'market') return ofStep(part.value, part.value.market);
  return ofStep(part.value, 'name' in part.value ? part.value.name : part.value.summary);
}

function isOfObligations(part: AnyPart): part is ObligationPart {
  return part.part === 'row' || part.part === 'cell' || part.part === 'programme';
}

/** What a part of a read model states. */
export function statementOf(part: AnyPart): Statement {
  if (part.part === 'fact') return ofStep(part.value);
  if (part.part === 'entry') return ofEntry(part.value);
  return isOfObligations(part) ? ofObligation(part) : ofRollout(part);
}
