import { readFileSync } from 'node:fs';
import { parseSync, Visitor } from 'oxc-parser';

/** One import (or re-export) of a module, or one use of the outer world. */
export type Mention = { readonly what: string; readonly line: number };

export type Module = {
  readonly imports: readonly Mention[];
  /** Uses of the environment: `process.env`. */
  readonly environment: readonly Mention[];
  /** Uses of a clock or of randomness. */
  readonly impure: readonly Mention[];
};

const impureMembers = new Set([
  'Date.now',
  'Math.random',
  'Temporal.Now',
  'performance.now',
  'crypto.randomUUID',
  'crypto.getRandomValues',
]);
const impureNames = new Set(['setTimeout', 'setInterval', 'setImmediate', 'fetch']);
const randomIds = new Set(['v1', 'v4', 'v6', 'v7']);

/** Reads what a TypeScript file imports, and which clocks, randomness and settings it uses. Throws on a syntax error. */
export const readModule = (file: string): Module => {
  const source = readFileSync(file, 'utf8');
  const { program, module, errors } = parseSync(file, source);
  if (errors[0]) throw new SyntaxError(`${file}: ${errors[0].message}`);
  const at = (what: string, start: number): Mention => ({ what, line: source.slice(0, start).split('\n').length });

  const imports = [
    ...module.staticImports.map(({ moduleRequest }) => at(moduleRequest.value, moduleRequest.start)),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest }) => (moduleRequest ? [at(moduleRequest.value, moduleRequest.start)] : [])),
    ),
    ...module.dynamicImports.map(({ moduleRequest: { start, end } }) => at(source.slice(start + 1, end - 1), start)),
  ];
  const environment: Mention[] = [];
  const impure: Mention[] = module.staticImports
    .filter(({ moduleRequest }) => moduleRequest.value === 'uuid')
    .flatMap(({ entries, start }) =>
      entries.filter(({ importName }) => randomIds.has(importName.name ?? '')).map(() => at('a random uuid', start)),
    );
  new Visitor({
    MemberExpression({ object, property, start }) {
      if (object.type !== 'Identifier' || property.type !== 'Identifier') return;
      const member = `${object.name}.${property.name}`;
      if (member === 'process.env') environment.push(at(member, start));
      if (impureMembers.has(member)) impure.push(at(member, start));
    },
    NewExpression({ callee, arguments: given, start }) {
      if (callee.type === 'Identifier' && callee.name === 'Date' && given.length === 0)
        impure.push(at('new Date()', start));
    },
    CallExpression({ callee, start }) {
      if (callee.type !== 'Identifier') return;
      if (callee.name === 'Date') impure.push(at('Date()', start));
      if (impureNames.has(callee.name)) impure.push(at(`${callee.name}()`, start));
    },
  }).visit(program);
  return { imports, environment, impure };
};
