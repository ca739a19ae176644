import { type ComponentType, createContext } from 'preact';

/** What a page can do in a browser alone: it computes or sends something. Null on the server and without script. */
export const ToolsContext = createContext<Tools | null>(null);

export type Tools = {
  /** Checks in the browser that an event is in the ledger. */
  readonly Verify: ComponentType<VerifyProps>;
  /** Previews and records a decision. */
  readonly Decide: ComponentType<DecideProps>;
  /** Drafts, checks and records an article file. */
  readonly Write: ComponentType<WriteProps>;
};

export type WriteProps = { readonly view: WriteView };

/** The partnership that the article is about, where one came from its page; else ''. */
export type WriteView = { readonly kind: 'write'; readonly partnership: string };

/** An event by its position, and the id that the page shows for it. */
export type VerifyProps = { readonly position: number; readonly id: string };

export type DecideProps = { readonly view: DecideView };

/** What a steward can decide on, and the chosen fact or article at the version that the page shows. */
export type DecideView = {
  readonly kind: 'decide';
  readonly path: string;
  readonly partnership: string;
  readonly contested: readonly { readonly text: string; readonly href: string }[];
  readonly subject: Subject | null;
  readonly article: ArticleSubject | null;
  readonly decision: DecisionName | null;
  readonly decisions: readonly { readonly text: string; readonly href: string; readonly isChosen: boolean }[];
};

export type DecisionName = 'resolve' | 'correct' | 'retract' | 'merge' | 'undo' | 'retract-article';

/** A fact to decide on, at the version that the page shows. */
type Subject = {
  readonly fact: string;
  readonly title: string;
  readonly summary: string;
  readonly href: string;
  readonly version: number;
  readonly contests: readonly {
    readonly field: string;
    readonly name: string;
    readonly values: readonly { readonly value: string; readonly text: string }[];
  }[];
  readonly fields: readonly DecidableField[];
  readonly reports: readonly { readonly id: string; readonly text: string }[];
  /** Keys that may stand for the same. */
  readonly similar: readonly string[];
  readonly merged: readonly string[];
};

/** An article to retract as a whole. */
type ArticleSubject = {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly href: string;
  readonly version: number;
};

/** A field that can be corrected; `form` is how its value is written. */
export type DecidableField = {
  readonly field: string;
  readonly name: string;
  readonly form: 'text' | 'list' | 'json';
  readonly now: string;
  readonly hint: string;
};
