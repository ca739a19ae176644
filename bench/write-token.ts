/** The token for writes of the apps that are measured. */
export const writeToken = 'a-token-for-benchmarks-only';
