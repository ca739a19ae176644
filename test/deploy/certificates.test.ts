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
    bin: { 'es-gencert-cli': madeUpTool, chown: '#!/bin/sh\necho "chown $1" >> "$CALLS.chown"\n' },
  });
  for (const tool of ['es-gencert-cli', 'chown']) chmodSync(join(root, 'bin', tool), 0o755);
  const calls = join(root, 'calls');
  const at = (path: string): string => join(root, path);
  return {
    at,
    read: (path: string): string => readFileSync(at(path), 'utf8'),
    run: (environment: Readonly<Record<string, string>> = passwords) => {
      writeFileSync(calls, '');
      const PATH = `${join(root, 'bin')}${delimiter}${process.env['PATH'] ?? ''}`;
      const env = { PATH, CALLS: calls, ...environment };
      const { status, stderr } = spawnSync('sh', [script, root], { env, encoding: 'utf8' });
      return { status, stderr, calls: readFileSync(calls, 'utf8').split('\n').filter(Boolean) };
    },
  };
};

t.test('the first start makes an authority and node certificates, and the next start keeps them', async (t) => {
  const { run, at, read } = volumes(t);
  t.match(run(), {
    status: 0,
    calls: [/^create-ca /, ...nodes.map((node) => new RegExp(`^create-node .* -dns-names localhost,${node} `))],
  });
  t.equal(read('trust/ca.crt'), read('authority/ca.crt'));
  t.notOk(existsSync(at('trust/ca.key')), 'no server gets the key of the authority');
  for (const node of nodes) {
    t.equal(statSync(at(`certificates/${node}/node.key`)).mode & 0o777, 0o400, 'the key is for the node alone');
    t.match(read(`certificates/${node}/node.crt`), /certificate/);
    t.notOk(existsSync(at(`certificates/${node}/new`)));
  }
  t.equal(read('calls.chown').match(/^chown 1000:1000$/gm)?.length, nodes.length);
  t.same(run(), { status: 0, stderr: '', calls: [] });
});

t.test('a node gets a new certificate after ten months, and the others keep theirs', async (t) => {
  const { run, at, read } = volumes(t);
  run();
  const file = 'certificates/eventstore2/node.crt';
  const made = Date.now() / 1000 - 302 * 86_400;
  utimesSync(at(file), made, made);
  const before = read(file);
  const { calls } = run();
  t.match(calls, [/eventstore2/]);
  t.equal(calls.length, 1);
  t.not(read(file), before);
});

t.test('under a new authority every node gets a new certificate', async (t) => {
  const { run, at, read } = volumes(t);
  run();
  for (const file of ['authority/ca.crt', 'authority/ca.key']) rmSync(at(file));
  t.equal(run().calls.length, 1 + nodes.length);
  t.equal(read('trust/ca.crt'), read('authority/ca.crt'));
});

t.test('a start that was interrupted is completed by the next', async (t) => {
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

t.test('bad passwords are all reported together without being shown, and nothing is made', async (t) => {
  const { run, at } = volumes(t);
  const wrong = [
    [{}, /^EVENTSTORE_ADMIN_PASSWORD is missing.*\nEVENTSTORE_OPS_PASSWORD is missing.*\n$/],
    [
      { ...passwords, EVENTSTORE_OPS_PASSWORD: '0123456789abcde' },
      /^EVENTSTORE_OPS_PASSWORD is missing or has fewer than 16.*\n$/,
    ],
    [
      { ...passwords, EVENTSTORE_ADMIN_PASSWORD: '0123456789@abcdef/' },
      /^EVENTSTORE_ADMIN_PASSWORD has characters.*\n$/,
    ],
  ] as const;
  for (const [environment, stderr] of wrong) {
    const result = run(environment);
    t.match(result, { status: 2, stderr });
    t.same(result.calls, []);
    t.notMatch(result.stderr, /01234/);
  }
  t.notOk(existsSync(at('authority/ca.crt')));
});
