import { type Node, pause } from '../node.ts';

const lateBy = 200;

const untilAfter = (deadline: Date | number): number => {
  const left = Number(deadline) - Date.now();
  return Number.isFinite(left) ? Math.max(0, left) + lateBy : lateBy;
};

const answered = <Result>({ plan, cut }: Node, peer: string, result: Result): Result | undefined => {
  if (!plan.losesAnswer() && !plan.cutsByChance(1 / 2)) return result;
  cut(peer);
  return undefined;
};

/**
 * Does a write, with what goes wrong before and after it. Returns its result, or undefined if nobody gets an answer:
 * the connection was cut, or the write is never done.
 */
export const commit = async <Result>(
  node: Node,
  peer: string,
  deadline: Date | number,
  write: () => Result,
): Promise<Result | undefined> => {
  const { plan } = node;
  if (plan.cutsByChance(1 / 2)) {
    node.cut(peer);
    return undefined;
  }
  const late = plan.nextLate();
  if (late === undefined) return answered(node, peer, write());
  try {
    const wait = (): Promise<void> => pause(node, late.milliseconds ?? untilAfter(deadline));
    if (late.commits === 'never') return undefined;
    if (late.commits === 'late') await wait();
    const result = write();
    if (late.commits === 'at-once') await wait();
    return answered(node, peer, result);
  } finally {
    plan.releaseLate();
  }
};
