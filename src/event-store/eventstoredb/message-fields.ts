/** A field of a message: its number, and where its content stands in the bytes; `value` is that of a varint, else 0. */
export type MessageField = {
  readonly number: number;
  readonly value: number;
  readonly from: number;
  readonly to: number;
};

/** The bytes are no message, or hold what no message of this protocol has. */
export class NoMessage extends Error {
  override readonly name = 'NoMessage';
}

const continues = 0x80;
const fixed = new Map([
  [1, 8],
  [5, 4],
]);

/**
 * The fields of the message between two places in some bytes, in their order, as protocol buffers write them
 * (https://protobuf.dev/programming-guides/encoding). A varint beyond 2^53 loses its last digits. Throws NoMessage.
 */
export function messageFields(bytes: Uint8Array, start = 0, end = bytes.length): readonly MessageField[] {
  const fields: MessageField[] = [];
  let at = start;

  const varint = (): number => {
    let value = 0;
    let unit = 1;
    for (;;) {
      const byte = at < end ? (bytes[at] ?? 0) : continues;
      at += 1;
      if (byte < continues) return value + byte * unit;
      if (at > end) throw new NoMessage('a number is cut short');
      value += (byte - continues) * unit;
      unit *= continues;
    }
  };

  while (at < end) {
    const key = varint();
    const [number, kind] = [key >>> 3, key & 7];
    const value = kind === 0 ? varint() : 0;
    const length = kind === 2 ? varint() : kind === 0 ? 0 : fixed.get(kind);
    if (length === undefined || at + length > end) throw new NoMessage(`field ${number} is cut short`);
    fields.push({ number, value, from: at, to: at + length });
    at += length;
  }
  return fields;
}

/** The text in a field of a message within the bytes of another field; empty where it has none. Throws NoMessage. */
export function textIn(bytes: Buffer, { from, to }: Pick<MessageField, 'from' | 'to'>, field: number): string {
  const found = messageFields(bytes, from, to).find(({ number }) => number === field);
  return found === undefined ? '' : bytes.toString('utf8', found.from, found.to);
}
