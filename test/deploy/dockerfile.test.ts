import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import {
  healthIsChecked,
  type ImageCheck,
  itIsNotRoot,
  itIsWellFormed,
  itStandsOn,
  itWritesToItsVolume,
  onlyProductionIsInstalled,
  settingsAreTaken,
  signalsArrive,
  theRestIsKeptOut,
  whatIsCopiedIsThere,
} from './dockerfile-checks.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const dockerfile = read('Dockerfile');
const dockerignore = read('.dockerignore');
const { optionalDependencies } = JSON.parse(read('package.json')) as { optionalDependencies: { node: string } };

type Change = readonly [problem: RegExp, from: string | RegExp, to: string];

const held: readonly (readonly [rule: string, check: ImageCheck, broken: readonly Change[]])[] = [
  [
    'a builder takes it',
    itIsWellFormed,
    [
      [/interva$/, '--interval=', '--interva='],
      [/CMD/, /^CMD.*$/m, 'CMD node\nCMD node'],
      [/two arguments|two/, 'COPY bin ./bin', 'COPY bin'],
      [/instruction/i, 'EXPOSE 3000', 'EXPOSED 3000'],
    ],
  ],
  [
    'it stands on the Node that the project is made for',
    itStandsOn(optionalDependencies.node),
    [
      [/not Node/, /FROM node:[\d.]+-/, 'FROM node:26-'],
      [/not Node/, /-slim AS base/, ' AS base'],
      [/not Node/, /FROM node:\S+/, 'FROM node'],
      [/2 base images/, /FROM base$/m, `FROM node:${optionalDependencies.node}-trixie-slim`],
      [/one stage/, /FROM base(.|\n)*FROM base/, 'COPY'],
    ],
  ],
  [
    'what is copied is there',
    whatIsCopiedIsThere(root),
    [
      [/^lib is not there/, 'COPY bin ./bin', 'COPY lib ./lib'],
      [/^docs is kept out/, 'COPY bin ./bin', 'COPY docs ./docs'],
      [/whatever is there/, 'COPY bin ./bin', 'COPY . ./'],
    ],
  ],
  [
    'only what production needs is installed',
    onlyProductionIsInstalled,
    [
      [/without ci/, 'npm ci', 'npm install'],
      [/without --omit=dev/, ' --omit=dev', ''],
      [/without --ignore-scripts/, ' --ignore-scripts', ''],
      [/in the image itself/, 'RUN install', 'RUN npm --version && install'],
    ],
  ],
  [
    'it is not root',
    itIsNotRoot,
    [
      [/the user is root/, /^USER.*\n/m, ''],
      [/the user is 0:0/, /^USER.*$/m, 'USER 0:0'],
      [/the user is node/, /^USER.*$/m, 'USER node'],
      [/as that user/, 'EXPOSE', 'RUN true\nEXPOSE'],
    ],
  ],
  [
    'it gets the signal to stop',
    signalsArrive,
    [
      [/a shell/, /^CMD.*$/m, 'CMD node src/main.ts'],
      [/npm stands between/, /^CMD.*$/m, 'CMD ["npm", "start"]'],
      [/an entry point/, 'EXPOSE', 'ENTRYPOINT ["tini", "--"]\nEXPOSE'],
      [/a shell/, /^CMD.*$/m, ''],
    ],
  ],
  [
    'its health is checked',
    healthIsChecked,
    [
      [/missing/, /^HEALTHCHECK.*$/m, ''],
      [/curl/, /(?<=CMD )\["node", "deploy.*$/m, 'curl http://localhost:3000/health/ready'],
      [/deploy/, 'COPY deploy/health-check.js ./deploy/\n', ''],
    ],
  ],
  [
    'its settings are taken',
    settingsAreTaken,
    [
      [/^HOSTNAME is no setting/, 'HOST=', 'HOSTNAME='],
      [/^PORT=many/, 'HOST=0.0.0.0', 'PORT=many'],
      [/is a secret/, 'HOST=0.0.0.0', 'WRITE_TOKEN=0123456789abcdef'],
    ],
  ],
  [
    'it writes to its volume alone',
    itWritesToItsVolume,
    [
      [/is not set/, ' DATA_DIR=/data', ' SEEDS_DIR=/seeds'],
      [/no volume/, /^VOLUME.*$/m, ''],
      [/does not belong/, ' --owner=node', ''],
    ],
  ],
];

for (const [rule, check, broken] of held) {
  t.test(rule, async (t) => {
    t.same(check(dockerfile, dockerignore), []);
    for (const [problem, from, to] of broken) {
      const found = check(dockerfile.replace(from, to), dockerignore);
      t.ok(
        found.some((sentence) => problem.test(sentence)),
        `else: ${problem.source}`,
        { found },
      );
    }
  });
}

t.test('only what is named gets into the build context', async (t) => {
  t.same(theRestIsKeptOut(dockerfile, dockerignore), []);
  t.match(theRestIsKeptOut(dockerfile, dockerignore.replace('*', 'node_modules')), [/^\.env gets/]);
  t.match(theRestIsKeptOut(dockerfile, `${dockerignore}!data\n`), [/^data gets/, /^data\/write-token gets/]);
  t.match(whatIsCopiedIsThere(root)(dockerfile, dockerignore.replace('!src\n', '')), [/^src is kept out/]);
});
