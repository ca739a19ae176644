import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import t, { type Test } from 'tap';

const script = join(import.meta.dirname, '../../deploy/certificates.sh');
const nodes = ['eventstore1', 'eventstore2', 'eventstore3'];

// Does as es-gencert-cli does, as far as the script can see: refuses to write over a file, and notes how it was called.
const madeUpTool = `#!/bin/sh
echo "$*" >> "$CALLS"
command=$1
while [ $# -gt 1 ]; do
  case $1 in -out) out=$2 ;; -ca-key) key=$2 ;; esac
  shift
done
case $command in
  create-ca) name=ca ;;
  create-node) name=node; [ -f "$key" ] || exit 1; [ "\${BREAK:-}" != "$command" ] || exit 1 ;;
esac
mkdir "$out" && [ ! -e "$out/$name.key" ] || exit 1
echo "key of $$" > "$out/$name.key"
echo "certificate $$" > "$out/$name.crt"
`;

const passwords = { EVENTSTORE_ADMIN_PASSWORD: '0123456789abcdef', EVENTSTORE_OPS_PASSWORD: 'fedcba9876543210' };

const volumes = (t: Test) => {
  const root = t.testdir({
    authority: {},
    trust: {},
    certificates: Object.fromEntries(nodes.map((node) => [node, {}])),
    bin: {},
  });
  const calls = join(root, 'calls');
  for (const [name, text] of Object.entries({
    'es-gencert-cli': madeUpTool,
    chown: '#!/bin/sh\necho "chown $1" >> "$CALLS.chown"\n',
  })) {
    writeFileSync(join(root, 'bin', name), text);
    chmodSync(join(root, 'bin', name), 0o755);
  }
  const at = (path: string): string => join(root, path);
  return {
    at,
    read: (path: string): string => readFileSync(at(path), 'utf8'),
    exists: (path: string): boolean => existsSync(at(path)),
    /** Days ago, as the time at which a file was made. */
    age: (path: string, days: number): void =>
      utimesSync(at(path), Date.now() / 1000, Date.now() / 1000 - days * 86_400),
    run: (environment: Readonly<Record<string, string>> = passwords) => {
      writeFileSync(calls, '');
      const PATH = `${join(root, 'bin')}${delimiter}${process.env['PATH'] ?? ''}`;
      const { status, stderr } = spawnSync('sh', [script, root], {
        env: { PATH, CALLS: calls, ...environment },
        encoding: 'utf8',
      });
      return { status, stderr, calls: readFileSync(calls, 'utf8').split('\n').filter(Boolean) };
    },
  };
};

const mode = (file: string): string => (statSync(file).mode & 0o777).toString(8);

t.test(
  'the first start makes an authority and a certificate for each node, under the name it is called by',
  async (t) => {
    const { run, at, read, exists } = volumes(t);
    const { status, calls } = run();
    t.equal(status, 0);
    t.match(calls, [
      /^create-ca /,
      ...nodes.map((node) => new RegExp(`^create-node .* -dns-names localhost,${node} `)),
    ]);
    t.equal(read('trust/ca.crt'), read('authority/ca.crt'));
    for (const node of nodes) {
      t.equal(mode(at(`certificates/${node}/node.key`)), '400', 'the key is for the node alone');
      t.match(read(`certificates/${node}/node.crt`), /certificate/);
      t.notOk(exists(`certificates/${node}/new`));
    }
    t.equal(
      read('calls.chown')
        .split('\n')
        .filter((line) => line === 'chown 1000:1000').length,
      nodes.length,
    );
    t.notOk(exists('trust/ca.key'), 'no server gets the key of the authority');
  },
);

t.test('the next start leaves everything as it is', async (t) => {
  const { run } = volumes(t);
  run();
  t.same(run(), { status: 0, stderr: '', calls: [] });
});

t.test('after ten months a node gets another certificate, and the others keep theirs', async (t) => {
  const { run, age, read } = volumes(t);
  run();
  age('certificates/eventstore2/node.crt', 302);
  const before = read('certificates/eventstore2/node.crt');
  t.match(run().calls, [/eventstore2/]);
  t.not(read('certificates/eventstore2/node.crt'), before);
});

t.test('under a new authority every node gets a new certificate', async (t) => {
  const { run, at, read } = volumes(t);
  run();
  rmSync(at('authority/ca.crt'));
  rmSync(at('authority/ca.key'));
  t.equal(run().calls.length, 1 + nodes.length);
  t.equal(read('trust/ca.crt'), read('authority/ca.crt'));
});

t.test('what was broken off is made good', async (t) => {
  const { run, at, read } = volumes(t);
  t.equal(run({ ...passwords, BREAK: 'create-node' }).status, 1);
  mkdirSync(at('certificates/eventstore1/new'));
  writeFileSync(at('certificates/eventstore1/new/node.key'), 'half a key');
  const { status, calls } = run();
  t.equal(status, 0);
  t.equal(calls.length, nodes.length);
  t.match(read('certificates/eventstore1/node.key'), /^key of/);
  rmSync(at('certificates/eventstore3/ca.crt'));
  t.match(run().calls, [/eventstore3/], 'a key may have been moved without its certificate');
});

t.test(
  'nothing is made without passwords, and every mistake in them is told at once, none of them shown',
  async (t) => {
    const { run, exists } = volumes(t);
    const wrong: readonly (readonly [Readonly<Record<string, string>>, readonly RegExp[]])[] = [
      [{}, [/^EVENTSTORE_ADMIN_PASSWORD is missing/, /^EVENTSTORE_OPS_PASSWORD is missing/]],
      [
        { ...passwords, EVENTSTORE_OPS_PASSWORD: '0123456789abcde' },
        [/^EVENTSTORE_OPS_PASSWORD is missing or has fewer than 16/],
      ],
      [
        { ...passwords, EVENTSTORE_ADMIN_PASSWORD: '0123456789@abcdef/' },
        [/^EVENTSTORE_ADMIN_PASSWORD has characters/],
      ],
    ];
    for (const [environment, problems] of wrong) {
      const { status, stderr, calls } = run(environment);
      t.equal(status, 2);
      t.match(stderr.trim().split('\n'), problems);
      t.equal(stderr.trim().split('\n').length, problems.length);
      t.notMatch(stderr, /01234/);
      t.same(calls, []);
    }
    t.notOk(exists('authority/ca.crt'));
  },
);
