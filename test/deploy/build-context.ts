const wildcards: Readonly<Record<string, string>> = { '**/': '(.*/)?', '**': '.*', '*': '[^/]*', '?': '[^/]' };

// Node's matchesGlob will not do: its * leaves out names that begin with a dot.
const expression = (pattern: string): RegExp => {
  const source = pattern.replaceAll(/\*\*\/|\*\*|[*?]|[.+^$(){}|\\]/g, (sign) => wildcards[sign] ?? `\\${sign}`);
  return new RegExp(`^${source}$`);
};

/**
 * Whether a path from the root of the build context gets into it, by the text of a .dockerignore: the last line that
 * fits the path, or a folder it is in, decides, and a leading `!` lets it in. A folder of which a part gets in counts
 * as kept out: to copy it would copy that part alone.
 */
export const isInContext = (dockerignore: string, path: string): boolean => {
  const lines = dockerignore
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  const segments = path.split('/');
  const withFolders = segments.map((_, index) => segments.slice(0, index + 1).join('/'));
  return lines.reduce((isIn, line) => {
    const pattern = expression(line.replace(/^!/, '').replace(/^\/|\/$/g, ''));
    return withFolders.some((part) => pattern.test(part)) ? line.startsWith('!') : isIn;
  }, true);
};
