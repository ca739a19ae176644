/** Writes the fields of a message, the last one first. Numbers are whole and not negative. */
export type MessageWriter = {
  readonly varint: (field: number, value: number) => void;
  readonly text: (field: number, value: string) => void;
  readonly bytes: (field: number, value: Uint8Array) => void;
  /** A message within this one. */
  readonly message: (field: number, write: () => void) => void;
  /** What was written. */
  readonly written: () => Buffer;
};

const more = 0x80;

/**
 * Writes a message of at most so many bytes as protocol buffers have it
 * (https://protobuf.dev/programming-guides/encoding). From its end to its beginning: so the length of a message within
 * it is known when its head is written. Throws a RangeError where the bytes do not suffice.
 */
export const messageWriter = (mostBytes: number): MessageWriter => {
  const buffer = Buffer.allocUnsafe(mostBytes);
  let at = mostBytes;

  const back = (bytes: number): void => {
    if (bytes > at) throw new RangeError(`the message has more than ${mostBytes} bytes`);
    at -= bytes;
  };

  const digits = (value: number): void => {
    let count = 1;
    for (let rest = value; rest >= more; rest = Math.floor(rest / more)) count += 1;
    back(count);
    let rest = value;
    for (let place = at; place < at + count - 1; place += 1) {
      buffer[place] = (rest % more) + more;
      rest = Math.floor(rest / more);
    }
    buffer[at + count - 1] = rest;
  };

  const head = (field: number, length: number): void => {
    digits(length);
    digits(field * 8 + 2);
  };

  return {
    varint: (field, value) => {
      digits(value);
      digits(field * 8);
    },
    text: (field, value) => {
      const length = Buffer.byteLength(value);
      back(length);
      buffer.write(value, at);
      head(field, length);
    },
    bytes: (field, value) => {
      back(value.length);
      buffer.set(value, at);
      head(field, value.length);
    },
    message: (field, write) => {
      const end = at;
      write();
      head(field, end - at);
    },
    written: () => buffer.subarray(at),
  };
};
