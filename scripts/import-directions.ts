import { globSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { importCycles } from './import-cycles.ts';
import { type Area, areaOf, confined } from './import-rules.ts';
import { type Module, readModule } from './read-module.ts';

export type Verdict = { readonly modules: number; readonly violations: readonly string[] };

const packageName = (specifier: string): string =>
  specifier.startsWith('node:')
    ? specifier
    : specifier
        .split('/')
        .slice(0, specifier.startsWith('@') ? 2 : 1)
        .join('/');

const refusedPackage = (area: Area, specifier: string): string | null => {
  const name = packageName(specifier);
  const home = confined[name];
  if (home && !home.includes(area.name)) return `${name} belongs to ${home.join(' and ')}`;
  if (area.packages.includes('*') || area.packages.includes(name)) return null;
  return `${area.name} may import ${area.packages.join(', ') || 'no package'}, not ${name}`;
};

const refusedFile = (area: Area, target: string): string | null => {
  const targetArea = areaOf(target);
  if (!targetArea) return `${target} belongs to no area; add it to scripts/import-rules.ts`;
  if (targetArea === area || area.areas.includes(targetArea.name)) return null;
  return `${area.name} may import ${area.areas.join(', ') || 'nothing else'}, not ${targetArea.name} (${target})`;
};

/** The file that a relative import names, as a path from the root. Null for a package. */
const importedFile = (file: string, specifier: string): string | null =>
  specifier.startsWith('.') ? join(dirname(file), specifier).split(sep).join('/') : null;

const judge = (file: string, { imports, environment, impure }: Module): readonly string[] => {
  const area = areaOf(file);
  if (!area) return [`${file}: belongs to no area; add it to scripts/import-rules.ts`];
  return [
    ...imports.flatMap(({ what, line }) => {
      const target = importedFile(file, what);
      const refused = target === null ? refusedPackage(area, what) : refusedFile(area, target);
      return refused ? [`${file}:${line}: ${refused}`] : [];
    }),
    ...(area.name === 'config' ? [] : environment).map(
      ({ what, line }) => `${file}:${line}: ${what} is read by src/config.ts alone; pass the setting in`,
    ),
    ...(area.pure ? impure : []).map(
      ({ what, line }) => `${file}:${line}: ${what}: ${area.name} has no clock, chance or I/O; pass the value in`,
    ),
  ];
};

/**
 * Checks `src` under `root`: the direction of imports, cycles, and who reads the environment and the clock. Finding no
 * module is a violation too: a check that saw nothing has shown nothing.
 */
export const checkImportDirections = (root: string): Verdict => {
  const folder = resolve(root);
  const files = globSync('src/**/*.ts', { cwd: folder }).map((file) => file.split(sep).join('/'));
  const sources = files.filter((file) => !file.endsWith('.d.ts')).toSorted();
  const read = new Map(sources.map((file) => [file, readModule(join(folder, file))]));
  const graph = new Map(
    [...read].map(([file, { imports }]) => [
      file,
      imports.map(({ what }) => importedFile(file, what)).filter((target) => target !== null),
    ]),
  );
  const violations = [
    ...[...read].flatMap(([file, module]) => judge(file, module)),
    ...importCycles(graph).map((cycle) => `cycle: ${cycle}`),
    ...(read.size === 0 ? [`no module under ${relative('.', join(folder, 'src'))}: nothing was checked`] : []),
  ];
  return { modules: read.size, violations };
};
