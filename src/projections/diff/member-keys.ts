type Members = readonly unknown[];

// What tells the members of a list in an answer apart: a source by its report, a decision or a correction by its event, a
// milestone by its fact, a value on which reports disagree by its field. Everything else is what it says.
function keyOf(member: unknown): string {
  if (typeof member !== 'object' || member === null) return JSON.stringify(member);
  const { id, decision, fact, field, value, edtf } = member as Readonly<Record<string, unknown>>;
  if (typeof id === 'string') return id;
  if (typeof decision === 'string') return decision;
  if (typeof fact === 'string') return fact;
  if (typeof field === 'string') return JSON.stringify([field, value]);
  return typeof edtf === 'string' ? edtf : JSON.stringify(member);
}

/** A key for each member of a list of an answer; of several with the same one, the later ones are numbered. */
export function memberKeys(members: Members): readonly string[] {
  const seen = new Map<string, number>();
  return members.map((member) => {
    const key = keyOf(member);
    const count = seen.get(key) ?? 0;
    seen.set(key, count + 1);
    return count === 0 ? key : `${key}\u0000${count}`;
  });
}
