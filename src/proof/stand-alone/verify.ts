import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { checkBundle, type Trust } from './check-bundle.ts';
import { Malformed, readHead, readKey } from './notes.ts';

/**
 * The command of the stand-alone verifier, which the build makes one file of. Exits with 0 if nothing was changed, with 1
 * if something was, and with 2 for wrong usage.
 */
async function run(): Promise<0 | 1 | 2> {
  try {
    const { file, trust } = await readArguments();
    const { fault, origin, size, root, key, witnessed } = await checkBundle(fileLines(file), trust);
    if (fault !== null) return say(1, `error: ${file} is not what was recorded: ${fault.message}`);
    const signer = trust.key === null ? `${key} (it came with the file: compare it with one from elsewhere)` : key;
    const rows = [
      `${file}: ${size} events, none of them changed, removed, inserted or moved.`,
      `  ledger     ${origin}`,
      `  root       ${root}`,
      `  signed by  ${signer}`,
      ...trust.earlier.map((earlier) => `  earlier    continues the checkpoint of ${earlier.size} events`),
      ...(witnessed?.by ?? []).map(
        ({ name, at }) => `  witness    ${name} cosigned ${witnessed?.size} events at ${timeOf(at)}`,
      ),
    ];
    return say(0, rows.join('\n'));
  } catch (error) {
    if (error instanceof Malformed) return say(2, `error: ${error.message}\n${usage}`);
    if (error instanceof Error && 'code' in error) return say(2, `error: ${error.message}\n${usage}`);
    throw error;
  }
}

const usage = `usage: node verify.mjs <bundle> [--key <verifier key>] [--checkpoint <file>]… [--witness <key>]… [--quorum <n>]
  <bundle>      a file that "partnership-ledger export" wrote
  --key         the key that must have signed; without it, the one in the file, which proves that the file is whole, but
                not whose it is
  --checkpoint  a checkpoint that you got earlier: the bundle must continue it
  --witness     the key of a witness that you trust; --quorum says how many of them must have cosigned (default: all)`;

async function readArguments(): Promise<{ readonly file: string; readonly trust: Trust }> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      key: { type: 'string' },
      checkpoint: { type: 'string', multiple: true },
      witness: { type: 'string', multiple: true },
      quorum: { type: 'string' },
    },
  });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new Malformed('give one bundle');
  const witnesses = (values.witness ?? []).map((text) => readKey(text, 'witness'));
  if (new Set(witnesses.map(({ id }) => id)).size < witnesses.length) throw new Malformed('a witness is given twice');
  const quorum = Number(values.quorum ?? witnesses.length);
  if (values.quorum !== undefined && !(Number.isInteger(quorum) && quorum >= 1 && quorum <= witnesses.length)) {
    throw new Malformed(`--quorum is a whole number from 1 to the number of witnesses, ${witnesses.length}`);
  }
  const earlier = await Promise.all(
    (values.checkpoint ?? []).map(async (name) => readHead(await readFile(name, 'utf8'))),
  );
  const key = values.key === undefined ? null : readKey(values.key, 'signer');
  return { file, trust: { key, earlier, witnesses, quorum } };
}

async function* fileLines(file: string): AsyncGenerator<Uint8Array> {
  let parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      yield Buffer.concat([...parts, chunk.subarray(start, end)]);
      [parts, length, start] = [[], 0, end + 1];
    }
    parts.push(chunk.subarray(start));
    length += chunk.length - start;
    if (length > maxLineBytes) throw new Malformed(`${file} has a line of more than ${maxLineBytes} bytes`);
  }
  if (length > 0) yield Buffer.concat(parts);
}

// The last line of a bundle has 45 bytes for every 256 events.
const maxLineBytes = 256 * 1024 * 1024;

function timeOf(date: Date): string {
  return Number.isNaN(date.getTime()) ? 'an impossible time' : date.toISOString();
}

function say<Code extends 0 | 1 | 2>(code: Code, text: string): Code {
  // Nothing in a file may steer the terminal.
  const plain = text.replace(/[\p{Cc}\p{Cf}]/gu, (one) =>
    one === '\n' ? one : `\\u{${one.codePointAt(0)?.toString(16)}}`,
  );
  (code === 0 ? process.stdout : process.stderr).write(`${plain}\n`);
  return code;
}

process.exitCode = await run();
