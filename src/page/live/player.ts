/** What moves along the steps of a slider: by hand, by keys, or by itself. */
export function player({ steps, move, changed }: PlayerInput): Player {
  let playing: ReturnType<typeof setInterval> | null = null;
  const chosen = () => steps().findIndex(({ place }) => place === 'chosen');
  const last = () => steps().length - 1;

  const goTo = (index: number): void => {
    const at = Math.max(0, Math.min(index, last()));
    const target = steps()[at];
    if (target !== undefined) move(at, target);
  };

  const stop = (): void => {
    if (playing !== null) clearInterval(playing);
    playing = null;
    changed();
  };

  const play = (): void => {
    if (playing !== null) {
      stop();
      return;
    }
    if (chosen() >= last()) goTo(0);
    // Without motion, play makes one step at a time.
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
      goTo(chosen() + 1);
      return;
    }
    playing = setInterval(() => (chosen() >= last() ? stop() : goTo(chosen() + 1)), playStepMs);
    changed();
  };

  return { goTo, play, isPlaying: () => playing !== null, chosen, last };
}

export type Player = {
  readonly goTo: (index: number) => void;
  /** Plays, or stops. */
  readonly play: () => void;
  readonly isPlaying: () => boolean;
  readonly chosen: () => number;
  readonly last: () => number;
};

type Step = { readonly place: string; readonly href: string };

type PlayerInput = {
  readonly steps: () => readonly Step[];
  readonly move: (index: number, target: Step) => void;
  /** Called when playing begins or ends. */
  readonly changed: () => void;
};

const playStepMs = 1_000;
