import fc from 'fast-check';
import t from 'tap';
import {
  checkSignature,
  MalformedNote,
  NotSigned,
  readNote,
  readVerifierKey,
  type SignerKey,
  signerKey,
  signNote,
  verifierKeyText,
} from '../../src/proof/checkpoint.ts';

// The keys and signatures that the tests of golang.org/x/mod/sumdb/note publish.
const peter = {
  // What follows the algorithm (1) in PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz.
  seed: Buffer.from('AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz', 'base64').subarray(1),
  verifier: 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
  line: '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n',
};
const enoch = {
  verifier: 'EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop',
  line: '— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n',
};
const text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";

t.test('the published note is reproduced to the byte', async (t) => {
  const key = signerKey('PeterNeumann', peter.seed);
  t.equal(verifierKeyText(key), peter.verifier);
  t.equal(signNote(text, key), `${text}\n${peter.line}`);
});

t.test('the published notes verify, by either of two keys', async (t) => {
  const note = readNote(`${text}\n${peter.line}${enoch.line}`);
  t.equal(note.text, text);
  for (const { verifier } of [peter, enoch]) t.doesNotThrow(() => checkSignature(note, readVerifierKey(verifier)));
  t.equal(verifierKeyText(readVerifierKey(enoch.verifier)), enoch.verifier);
});

t.test('the example of C2SP signed-note: a text with an empty line', async (t) => {
  const body = 'Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n';
  const line =
    '— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n';
  const note = readNote(`${body}\n${line}`);
  t.equal(note.text, body);
  t.match(note.signatures, [{ name: 'quasimodo.example/salvatore', id: '367ba04b' }]);
});

t.test('signatures of other keys are ignored, and a note without one of the given key is unsigned', async (t) => {
  const note = readNote(`${text}\n${peter.line}`);
  t.throws(() => checkSignature(note, readVerifierKey(enoch.verifier)), NotSigned);
  const namesake = signerKey('PeterNeumann', Buffer.alloc(32, 7));
  t.throws(() => checkSignature(note, namesake), NotSigned, 'the same name, another key');
});

t.test('a wrong signature of the key is refused, whatever stands beside it', async (t) => {
  const changed = readNote(`${text.replace('cryptography', 'cryptographY')}\n${peter.line}`);
  t.throws(() => checkSignature(changed, readVerifierKey(peter.verifier)), NotSigned);
  const { name, id, privateKey, publicKey } = signerKey('PeterNeumann', peter.seed);
  const other: SignerKey = { ...signerKey('PeterNeumann', Buffer.alloc(32, 7)), id };
  const [, line = ''] = signNote(text, other).split('\n\n');
  const twice = readNote(`${text}\n${peter.line}${line}`);
  t.throws(() => checkSignature(twice, { name, id, publicKey }), NotSigned);
  t.ok(privateKey);
});

t.test('any signed text verifies, and no other text does', async () => {
  const key = signerKey('a.example/log', Buffer.alloc(32, 1));
  const line = fc.string({ unit: 'grapheme' }).filter((one) => !/\p{Cc}/u.test(one));
  const texts = fc.array(line, { minLength: 1 }).map((lines) => `${lines.join('\n')}\n`);
  fc.assert(
    fc.property(texts, texts, (signed, other) => {
      const note = readNote(signNote(signed, key));
      checkSignature(note, key);
      if (note.text !== signed) return false;
      if (other === signed) return true;
      try {
        checkSignature({ ...note, text: other }, key);
        return false;
      } catch (error) {
        return error instanceof NotSigned;
      }
    }),
  );
});

t.test('a text that is not a signed note is refused with the reason', async (t) => {
  const good = `${text}\n${peter.line}`;
  const refused: Readonly<Record<string, readonly [string, RegExp]>> = {
    'no empty line': [text, /empty line/],
    'no signature': [`${text}\n`, /no signature/],
    'no line feed at the end': [good.slice(0, -1), /line feed/],
    'a control character': [good.replace('think', 'th\tink'), /control/],
    'a carriage return': [good.replaceAll('\n', '\r\n'), /control/],
    'half a character': [good.replace('think', 'th\ud800ink'), /UTF-8/],
    'a hyphen for the dash': [good.replace('—', '-'), /not a signature/],
    'a name with a plus sign': [good.replace('PeterNeumann', 'Peter+Neumann'), /not a signature/],
    'no name': [good.replace('PeterNeumann ', ''), /not a signature/],
    'two spaces': [good.replace('— ', '—  '), /not a signature/],
    'no base64': [good.replace('x08g', 'x08*'), /base64/],
    'base64 that is written otherwise': [good.replace('nAM=', 'nAN='), /base64/],
    'too short': [`${text}\n— PeterNeumann x08gow==\n`, /too short/],
    'a line among the signatures': [`${good}and more\n`, /not a signature/],
    'far too many signatures': [good + peter.line.repeat(100), /more than 100/],
  };
  for (const [name, [note, reason]] of Object.entries(refused)) {
    t.throws(() => readNote(note), { name: 'MalformedNote', message: reason }, name);
  }
});

t.test('a text that is not a verifier key is refused with the reason', async (t) => {
  const { verifier } = peter;
  for (const [key, reason] of [
    ['PeterNeumann', /three parts/],
    [verifier.replace('PeterNeumann', ''), /name/],
    [verifier.replace('PeterNeumann', 'Peter Neumann'), /name/],
    [verifier.replace('c74f20a3', 'c74f20a4'), /must be c74f20a3/],
    [verifier.replace('PeterNeumann', 'PeterNewmann'), /id/],
    [verifier.replace('ARpc', 'Ahpc'), /Ed25519/],
    [verifier.slice(0, -4), /Ed25519/],
    [`${verifier}=`, /base64/],
  ] as const) {
    t.throws(() => readVerifierKey(key), { name: 'MalformedNote', message: reason }, key);
  }
});

t.test('a text that cannot be signed is refused', async (t) => {
  const key = signerKey('a.example/log', Buffer.alloc(32, 1));
  for (const one of ['no line feed', 'a\tb\n', '\ud800\n']) t.throws(() => signNote(one, key), MalformedNote);
  t.throws(() => signerKey('a log', Buffer.alloc(32)), MalformedNote);
  t.throws(() => signerKey('a', Buffer.alloc(31)), MalformedNote);
});
