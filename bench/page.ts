import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { type Browser, type CDPSession, chromium, type Page } from 'playwright-core';
import { openAccess } from '../src/access/access.ts';
import { emptyRegistry } from '../src/articles/registry.ts';
import { buildApp } from '../src/http/app.ts';
import { readAssets } from '../src/http/page-assets.ts';
import { openLedger, openProof } from '../src/open-ledger.ts';
import { generate } from './generate.ts';
import { median } from './rounds.ts';

/**
 * `npm run bench:page` measures the pages of partnerships with some 2,000 and 10,000 entries in Chromium: when a page
 * first paints, and what a step of the slider costs. A step has to leave a frame of 16 ms in time: its scripting is the
 * time in JavaScript alone, its work includes style, layout and paint. Neither has the wait for the server, which stands
 * beside it.
 */
async function main(): Promise<void> {
  const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
    existsSync(path),
  );
  if (executablePath === undefined) {
    console.error('no Chromium on this machine: apt-get install chromium');
    process.exitCode = 1;
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'page-bench-'));
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    await measure(browser, folder);
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

// With this many reports, some 2,000 and 10,000 facts.
const partnerships = [
  { id: 'page-2000.federation-1', reports: 5_300 },
  { id: 'page-10000.federation-2', reports: 27_500 },
];

const views = ['', '/timeline', '/compare'];

async function measure(browser: Browser, folder: string): Promise<void> {
  const ledger = await openLedger({ dataDir: folder });
  await generate({ partnerships }, ledger.store);
  const proof = await openProof(ledger, { dataDir: folder, report: () => undefined });
  const app = buildApp({
    ledger,
    proof,
    subjects: emptyRegistry,
    access: openAccess({ writeToken: 'bench', now: Date.now }),
    version: 'bench',
    assets: readAssets(new URL('../dist/page/', import.meta.url)),
    now: Date.now,
    logger: false,
  });
  const origin = await app.listen({ host: '127.0.0.1', port: 0 });
  console.log(
    `${'page'.padEnd(34)}${'entries'.padStart(9)}${'HTML kB'.padStart(9)}${'answer'.padStart(9)}${'paint'.padStart(9)}` +
      `${'step: scripting'.padStart(17)}${'work'.padStart(8)}${'answer'.padStart(9)}   (ms, medians)`,
  );
  for (const { id } of partnerships) {
    const answer = await fetch(`${origin}/api/partnerships/${id}`);
    const { facts } = (await answer.json()) as { readonly facts: number };
    for (const view of views) await measureView(browser, origin, `/partnerships/${id}${view}`, facts);
  }
  await app.close();
  await proof.stop();
  await ledger.close();
}

async function measureView(browser: Browser, origin: string, path: string, facts: number): Promise<void> {
  const [paints, answers] = [[] as number[], [] as number[]];
  let bytes = 0;
  for (let round = 0; round < 5; round += 1) {
    const page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
    page.setDefaultTimeout(patienceMs);
    page.setDefaultTimeout(patienceMs);
    await page.goto(origin + path, { waitUntil: 'load' });
    const times = await page.evaluate(() => {
      const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
      const paint = performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN;
      const { responseStart = 0, requestStart = 0, decodedBodySize = 0 } = navigation ?? {};
      return { paint, answer: responseStart - requestStart, bytes: decodedBodySize };
    });
    paints.push(times.paint);
    answers.push(times.answer);
    ({ bytes } = times);
    await page.close();
  }
  const step = await measureSteps(browser, origin + path);
  console.log(
    `${path.replace('/partnerships/', '').padEnd(34)}${String(facts).padStart(9)}${(bytes / 1000).toFixed(0).padStart(9)}` +
      `${median(answers).toFixed(0).padStart(9)}${median(paints).toFixed(0).padStart(9)}` +
      `${step.script.toFixed(1).padStart(17)}${step.work.toFixed(1).padStart(8)}${step.answer.toFixed(0).padStart(9)}`,
  );
}

const stepsCounted = 12;

// The first answer on a large partnership works everything out.
const patienceMs = 300_000;

async function measureSteps(browser: Browser, address: string) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
  page.setDefaultTimeout(patienceMs);
  await page.goto(address, { waitUntil: 'load' });
  await page.locator('.live input[type=range]').focus();
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const [scripts, works, answers] = [[] as number[], [] as number[], [] as number[]];
  for (let step = 0; step < stepsCounted + 2; step += 1) {
    const before = await costs(session);
    const start = performance.now();
    const answered = page.waitForResponse((response) => response.url().startsWith(address));
    await page.keyboard.press('ArrowLeft');
    await answered;
    const wait = performance.now() - start;
    await settled(page);
    const after = await costs(session);
    // The first steps compile the script.
    if (step < 2) continue;
    scripts.push(1000 * (after.script - before.script));
    works.push(1000 * (after.work - before.work));
    answers.push(wait);
  }
  await page.close();
  return { script: median(scripts), work: median(works), answer: median(answers) };
}

async function costs(session: CDPSession): Promise<{ readonly script: number; readonly work: number }> {
  const { metrics } = await session.send('Performance.getMetrics');
  const of = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? 0;
  return { script: of('ScriptDuration'), work: of('TaskDuration') };
}

// The page has drawn the state: the day in its sentence no longer changes, and two frames went by.
async function settled(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(() => resolve())), 150);
      }),
  );
}

await main();
