import process from 'node:process';

/** How many random histories a law is tried on: `LAW_RUNS`, else so many as take seconds. */
export const lawRuns = Number(process.env.LAW_RUNS ?? 300);
