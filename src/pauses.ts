import { setImmediate } from 'node:timers/promises';

/** Begins a long work. What it gives is awaited between steps, and lets other work run once they took `sliceMs`. */
export function pauses(): () => Promise<void> {
  let began = performance.now();
  return async () => {
    if (performance.now() - began < sliceMs) return;
    await setImmediate();
    began = performance.now();
  };
}

const sliceMs = 10;
