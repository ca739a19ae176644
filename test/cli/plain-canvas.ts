import type { Canvas } from '../../src/cli/print.ts';

/** Where tables are drawn in tests: without colours. */
export const canvas = (width: number): Canvas => ({ width, paint: (_format, text) => text });
