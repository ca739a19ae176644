/** The clock of a server. Tests may stop it, set it and shift it, also back, as after a change of leader. */
export type Clock = {
  /** Milliseconds since the epoch, with a fraction. */
  readonly now: () => number;
  /** Moves the clock by so many milliseconds; a negative number steps it back. */
  readonly shift: (milliseconds: number) => void;
  /** Stands still at this instant until it is shifted, set again or let run. */
  readonly stopAt: (instant: string | number) => void;
  /** Shows what another clock shows (milliseconds since the epoch), until it is shifted, set again or let run. */
  readonly follow: (other: () => number) => void;
  /** Runs with the time of the machine again, without any shift. */
  readonly run: () => void;
};

/** A clock that runs with the time of the machine. */
export const createClock = (): Clock => {
  let offset = 0;
  let stopped: number | undefined;
  let followed: (() => number) | undefined;
  const now = (): number => followed?.() ?? stopped ?? performance.timeOrigin + performance.now() + offset;
  return {
    now,
    shift: (milliseconds) => {
      if (followed !== undefined) stopped = now();
      followed = undefined;
      if (stopped === undefined) offset += milliseconds;
      else stopped += milliseconds;
    },
    stopAt: (instant) => {
      followed = undefined;
      stopped = typeof instant === 'number' ? instant : Date.parse(instant);
    },
    follow: (other) => {
      followed = other;
    },
    run: () => {
      followed = undefined;
      stopped = undefined;
      offset = 0;
    },
  };
};

/** The ticks of 100 ns since the Unix epoch, as a server stamps its events. */
export const ticksAt = (milliseconds: number): bigint => {
  const whole = Math.floor(milliseconds);
  return BigInt(whole) * 10_000n + BigInt(Math.floor((milliseconds - whole) * 10_000));
};
