/** The cycles of a graph of modules, each once and closed (`a -> b -> a`). Walks depth first. */
export const importCycles = (graph: ReadonlyMap<string, readonly string[]>): readonly string[] => {
  const cycles: string[] = [];
  const finished = new Set<string>();
  const walk = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
    else if (!finished.has(file)) for (const next of graph.get(file) ?? []) walk(next, [...path, file]);
    finished.add(file);
  };
  for (const file of graph.keys()) walk(file, []);
  return cycles;
};
