import { globSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { readModule } from './read-module.ts';

/** The test files under `test/` that import a module, directly or through others, as paths from the root. */
export const testsThatUse = (module: string, root = '.'): readonly string[] => {
  const files = globSync('test/**/*.ts', { cwd: root }).map((file) => file.split(sep).join('/'));
  const imported = new Map(
    files.map((file) => [
      file,
      readModule(join(root, file)).imports.map(({ what }) => join(dirname(file), what).split(sep).join('/')),
    ]),
  );
  const using = new Set([module]);
  for (let before = 0; before < using.size; ) {
    before = using.size;
    for (const [file, targets] of imported) if (targets.some((target) => using.has(target))) using.add(file);
  }
  return files.filter((file) => file.endsWith('.test.ts') && using.has(file)).toSorted();
};
