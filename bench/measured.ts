/** What a benchmark measured. The detail says from what. */
export type Measured = { readonly value: number; readonly detail: Readonly<Record<string, unknown>> };

/** What takes longer costs too much, and is not waited for. */
export const deadlineMs = 120_000;
