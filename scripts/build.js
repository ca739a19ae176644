// Plain JavaScript: `prepare` may run on a Node that strips no types.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');
const builtFrom = join(dist, 'built-from');
const packages = Object.keys(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).dependencies);

// These licences ask only for their text, which goes into dist/licenses.txt.
const licences = new Set(['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', 'BlueOak-1.0.0']);

/**
 * Builds `dist/` unless it was built from the same sources. Returns whether it is up to date. Without the bundler
 * (`npm ci --omit=dev`) an old build stays old. A published package has no sources, so its build is always up to date.
 */
export async function build() {
  if (!existsSync(join(root, 'src'))) return true;
  const sources = digestSources();
  if (existsSync(builtFrom) && readFileSync(builtFrom, 'utf8') === sources) return true;
  const bundler = await importBundler();
  if (bundler === null) return false;
  rmSync(dist, { recursive: true, force: true });
  await bundle(bundler);
  await bundlePage(bundler);
  copyPageFiles();
  await bundleClient(bundler);
  await bundleVerifier(bundler);
  describeApi();
  writeFileSync(builtFrom, sources);
  return true;
}

/** SHA-256 of everything that the build depends on: the sources, the versions of the packages, and this script. */
function digestSources() {
  const hash = createHash('sha256');
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(?:ts|css|svg)$/.test(name),
  );
  const seeds = readdirSync(join(root, 'seeds'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.yaml'),
  );
  const files = [
    'package.json',
    'package-lock.json',
    'scripts/build.js',
    'scripts/openapi.ts',
    'scripts/openapi-examples.ts',
    ...sources.map((name) => join('src', name)).toSorted(),
    ...seeds.map((name) => join('seeds', name)).toSorted(),
  ];
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

async function importBundler() {
  try {
    const [{ rolldown }, { licensePlugin }] = await Promise.all([
      import('rolldown'),
      import('rolldown-license-plugin'),
    ]);
    return { rolldown, licensePlugin };
  } catch (error) {
    if (error.code === 'ERR_MODULE_NOT_FOUND') return null;
    throw error;
  }
}

async function bundle({ rolldown, licensePlugin }) {
  const building = await rolldown({
    cwd: root,
    input: { cli: 'src/cli.ts', main: 'src/main.ts', reader: 'src/reader.ts' },
    platform: 'node',
    external: isInstalledBesideIt,
    plugins: [licencesOf(licensePlugin), unmappedPackages],
  });
  await building.write({
    dir: dist,
    format: 'esm',
    sourcemap: true,
    chunkFileNames: 'chunks/[name]-[hash].js',
    // In one chunk what every command that reads needs: in pieces, finding and opening them costs it a tenth of its time.
    codeSplitting: { groups: [{ name: 'read-side', test: /[\\/]src[\\/](domain|projections)[\\/]|[\\/]zod[\\/]/ }] },
  });
  await building.close();
}

// A trace shows lines of our own sources. Of packages it shows those of the build: reading their maps, most of all, would
// cost each start a fifth of its time.
const unmappedPackages = {
  name: 'unmapped-packages',
  transform: {
    filter: { id: /[\\/]node_modules[\\/]/ },
    handler: (code) => ({ code, map: { mappings: '' } }),
  },
};

/** The scripts of the pages. */
async function bundlePage({ rolldown, licensePlugin }) {
  // Apart, so that neither gets pieces of its own.
  for (const input of [{ client: 'src/page/client.ts' }, { reference: 'src/page/live/reference.ts' }]) {
    const building = await rolldown({
      cwd: root,
      input,
      platform: 'browser',
      // What draws the reference imports nothing.
      plugins: 'client' in input ? [licencesOf(licensePlugin)] : [],
    });
    await building.write({ dir: join(dist, 'page'), format: 'esm', minify: true, entryFileNames: '[name]-[hash].js' });
    await building.close();
  }
}

/** The client that other projects import, on any platform. */
async function bundleClient({ rolldown, licensePlugin }) {
  const building = await rolldown({
    cwd: root,
    input: { client: 'src/client/client.ts' },
    platform: 'neutral',
    plugins: [licencesOf(licensePlugin)],
  });
  await building.write({ dir: join(dist, 'client'), format: 'esm' });
  await building.close();
}

/** The stand-alone verifier: one file to read and to run, on any Node from 18 on. */
async function bundleVerifier({ rolldown }) {
  const building = await rolldown({ cwd: root, input: 'src/proof/stand-alone/verify.ts', platform: 'node' });
  await building.write({ dir: dist, format: 'esm', entryFileNames: 'verify.mjs', banner: verifierBanner });
  await building.close();
}

const verifierBanner = `// Checks a file that "partnership-ledger export" wrote: node verify.mjs <file>
// One file, no packages, no network; any Node from 18 on. It shares no code with the program that wrote the file.
// The format is described in docs/proof.md. MIT licence.`;

/** The OpenAPI document and the types of the client: a script of its own, since this one may run on an old Node. */
function describeApi() {
  const own = join(root, 'node_modules', '.bin', 'node');
  const { status } = spawnSync(existsSync(own) ? own : process.execPath, [join(root, 'scripts', 'openapi.ts')], {
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error('scripts/openapi.ts failed: it needs the Node that package.json names');
}

// In this order: what comes later wins.
const styles = ['base', 'time-bar', 'views', 'timeline', 'narrow', 'pages', 'writing', 'embed', 'reference', 'print'];

/** The style and the font of the page, under names with a digest of what is in them. */
function copyPageFiles() {
  const folder = join(dist, 'page');
  mkdirSync(folder, { recursive: true });
  const fonts = dirname(createRequire(import.meta.url).resolve('@fontsource-variable/source-sans-3/package.json'));
  const font = readFileSync(join(fonts, 'files', 'source-sans-3-latin-wght-normal.woff2'));
  const fontName = `source-sans-3-${digest(font)}.woff2`;
  writeFileSync(join(folder, fontName), font);
  cpSync(join(fonts, 'LICENSE'), join(folder, 'source-sans-3-licence.txt'));
  const icon = readFileSync(join(root, 'src', 'page', 'icon.svg'));
  writeFileSync(join(folder, `icon-${digest(icon)}.svg`), icon);
  const style = styles
    .map((name) => readFileSync(join(root, 'src', 'page', 'style', `${name}.css`), 'utf8'))
    .join('')
    .replace('source-sans-3.woff2', fontName);
  writeFileSync(join(folder, `style-${digest(style)}.css`), style);
  const scalar = dirname(createRequire(import.meta.url).resolve('@scalar/fastify-api-reference'));
  const reference = readFileSync(join(scalar, 'js', 'standalone.js'));
  writeFileSync(join(folder, `scalar-${digest(reference)}.js`), reference);
  cpSync(join(scalar, '..', 'LICENSE'), join(folder, 'scalar-licence.txt'));
}

function digest(content) {
  return createHash('sha256').update(content).digest('hex').slice(0, 12);
}

/** Refuses a package whose licence asks for more than its text, and writes the texts. */
function licencesOf(licensePlugin) {
  return licensePlugin({
    allow: ({ license }) => licences.has(license),
    failOnViolation: true,
    failOnUnlicensed: true,
    done: (bundled, context) =>
      context.emitFile({ type: 'asset', fileName: 'licenses.txt', source: bundled.map(notice).join('\n') }),
  });
}

/** The build imports the `dependencies` in package.json. All other packages become part of it. */
function isInstalledBesideIt(id) {
  return packages.some((name) => id === name || id.startsWith(`${name}/`));
}

function notice({ name, version, license, licenseText }) {
  return `${name} ${version}: ${license}\n\n${licenseText}\n`;
}

if (import.meta.main && !(await build())) {
  console.error('dist/ is older than its sources, and the bundler is missing. Run "npm ci" first.');
  process.exitCode = 1;
}
