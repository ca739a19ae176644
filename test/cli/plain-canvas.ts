import type { Canvas } from '../../src/cli/print.ts';

/** A canvas without colours. */
export const canvas = (width: number): Canvas => ({ width, paint: (_format, text) => text });
