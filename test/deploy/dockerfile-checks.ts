import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { validate } from 'dockerfile-utils';
import { settings } from '../../src/config.ts';
import { isInContext } from './build-context.ts';
import { commandOf, copied, imageSays, stagesOf } from './image-file.ts';

/** A check of a Dockerfile and the .dockerignore beside it: what is wrong, a sentence each. */
export type ImageCheck = (dockerfile: string, dockerignore: string) => readonly string[];

const sentences = (...problems: readonly (string | false)[]): readonly string[] =>
  problems.filter((problem) => problem !== false);

/** A builder would take it, and the linter has nothing to say. */
export const itIsWellFormed: ImageCheck = (dockerfile) =>
  validate(dockerfile).map(({ range, message }) => {
    const sentence = typeof message === 'string' ? message : message.value;
    return `line ${range.start.line + 1}: ${sentence}`;
  });

/** Every stage stands on one image of exactly that Node, slim. */
export const itStandsOn =
  (node: string): ImageCheck =>
  (dockerfile) => {
    const stages = stagesOf(dockerfile);
    const names = stages.map(({ from }) => from.getBuildStage());
    const bases = stages.map(({ from }) => from.getImage() ?? '').filter((image) => !names.includes(image));
    return sentences(
      stages.length < 2 && 'there is one stage, so what builds is in the image',
      bases.length !== 1 && `there are ${bases.length} base images`,
      ...bases.map(
        (base) =>
          !new RegExp(`^node:${node}-\\w+-slim(@sha256:[0-9a-f]{64})?$`).test(base) &&
          `not Node ${node}, slim: ${base}`,
      ),
    );
  };

/** What is copied is there, gets into the build context, and is named, so that nothing else can slip in. */
export const whatIsCopiedIsThere =
  (root: string): ImageCheck =>
  (dockerfile, dockerignore) =>
    copied(stagesOf(dockerfile)).flatMap(([source]) =>
      sentences(
        (source === '.' || source.includes('*')) && `${source} copies whatever is there`,
        !existsSync(join(root, source)) && `${source} is not there`,
        !isInContext(dockerignore, source) && `${source} is kept out of the build context`,
      ),
    );

/** What must never get into an image is kept out of the build context. */
export const theRestIsKeptOut: ImageCheck = (_, dockerignore) =>
  [
    '.env',
    '.git',
    '.git/config',
    'data',
    'data/write-token',
    'node_modules',
    'node_modules/x/y.js',
    'test/deploy/a.ts',
    'secrets.env',
  ]
    .filter((path) => isInContext(dockerignore, path))
    .map((path) => `${path} gets into the build context`);

/** Only what production needs is installed, as the lock file has it, and nothing runs while it is. */
export const onlyProductionIsInstalled: ImageCheck = (dockerfile) => {
  const installs = [...dockerfile.matchAll(/^RUN .*\bnpm (?<rest>.*)$/gm)].map(({ groups }) => groups?.['rest'] ?? '');
  const missing = ['ci', '--omit=dev', '--omit=optional', '--ignore-scripts'].filter(
    (word) => !installs[0]?.split(' ').includes(word),
  );
  return sentences(
    installs.length !== 1 && `npm runs ${installs.length} times`,
    missing.length > 0 && `npm runs without ${missing.join(', ')}`,
    imageSays(dockerfile, 'RUN').some((line) => line.includes('npm')) && 'npm runs in the image itself',
  );
};

/** The image runs as a user by number who is not root, set after all that root does. */
export const itIsNotRoot: ImageCheck = (dockerfile) => {
  const keywords =
    stagesOf(dockerfile)
      .at(-1)
      ?.instructions.map((instruction) => instruction.getKeyword()) ?? [];
  const user = imageSays(dockerfile, 'USER').at(-1);
  return sentences(
    (user === undefined || !/^[1-9]\d*:[1-9]\d*$/.test(user)) && `the user is ${user ?? 'root'}`,
    keywords.lastIndexOf('RUN') > keywords.lastIndexOf('USER') && 'something is run as that user',
  );
};

/** Node itself is started, by a list of words and not through npm or a shell, so it gets the signal to stop. */
export const signalsArrive: ImageCheck = (dockerfile) => {
  const command = commandOf(dockerfile);
  return sentences(
    command === null && 'a shell reads the command',
    command !== null && command[0] !== 'node' && `${command[0]} stands between`,
    imageSays(dockerfile, 'ENTRYPOINT').length > 0 && 'an entry point stands between',
  );
};

/** The health check is a program of the image, run without a shell, and may take as long as it does. */
export const healthIsChecked: ImageCheck = (dockerfile) => {
  const check = imageSays(dockerfile, 'HEALTHCHECK').at(-1) ?? '';
  const [, program = ''] = /CMD \["node", "([^"]+)"\]/.exec(check) ?? [];
  const present = copied(stagesOf(dockerfile).slice(-1)).some(([source]) => source === program);
  return sentences(!present && `the health check is ${check === '' ? 'missing' : check}`);
};

/** What the image sets are settings with values that they take, and no secret is among them. */
export const settingsAreTaken: ImageCheck = (dockerfile) =>
  imageSays(dockerfile, 'ENV')
    .flatMap((line) => [...line.matchAll(/(\w+)=(\S+)/g)])
    .flatMap(([, name = '', value = '']) => {
      const setting = settings[name as keyof typeof settings];
      if (setting === undefined) return [`${name} is no setting`];
      return sentences(
        !setting.safeParse(value).success && `${name}=${value}`,
        /TOKEN|PASSWORD|KEY/.test(name) && `${name} is a secret`,
      );
    });

/** What it writes to is a volume that belongs to its user. */
export const itWritesToItsVolume: ImageCheck = (dockerfile) => {
  const [, folder] = /\bDATA_DIR=(\S+)/.exec(imageSays(dockerfile, 'ENV').join(' ')) ?? [];
  const owned = imageSays(dockerfile, 'RUN').some(
    (line) => line.includes('--owner=node') && line.endsWith(` ${folder}`),
  );
  return sentences(
    folder === undefined && 'DATA_DIR is not set',
    !imageSays(dockerfile, 'VOLUME').includes(folder ?? '') && `${folder} is no volume`,
    !owned && `${folder} does not belong to the user`,
  );
};
