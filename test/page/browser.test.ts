import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { type Browser, chromium, type Frame, type Page } from 'playwright-core';
import t from 'tap';
import { openTestApp, type TestApp, testToken } from '../support/app.ts';
import { articleText } from '../support/article-text.ts';

const candidates = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath = candidates.find((path) => existsSync(path));
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

// Nothing here asserts a time; this is the safety net of waiting.
const patienceMs = 60_000;

const base = '/partnerships/alibaba.ioc';

const views = [
  '/',
  base,
  `${base}/timeline`,
  `${base}/rollout`,
  `${base}/contested`,
  `${base}/silence`,
  `${base}/drift`,
  `${base}/compare?from=2018-01-01&to=2018-03-01`,
  `${base}/articles`,
  `${base}/audit`,
  `${base}/facts/campaign/greatness-of-small/creative-count-stated`,
  '/articles/002',
  `${base}/decide`,
  `${base}/decide?fact=campaign/greatness-of-small/creative-count-stated`,
  `${base}/decide?article=002`,
  '/write',
];

if (executablePath === undefined) {
  t.test(
    'the pages in a real browser',
    { skip: 'no Chromium on this machine: apt-get install chromium' },
    async () => undefined,
  );
} else {
  const browser = await chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  const sites = [await listenAsSite(), await listenAsSite()] as const;
  const opened = await openTestApp(t, { embedHosts: [sites[0].origin] });
  const origin = await opened.app.listen({ host: '127.0.0.1', port: 0 });
  t.teardown(async () => await browser.close());
  inBrowser(browser, origin, opened, sites);
}

// Another site: whatever path one asks it for, it shows it in a frame.
async function listenAsSite(): Promise<Site> {
  let shown = '';
  const site = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html').end(`<!doctype html><title>A newspaper</title>${shown}`);
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  t.teardown(() => site.close());
  const { port } = site.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, show: (html) => (shown = html) };
}

type Site = { readonly origin: string; readonly show: (html: string) => void };

function inBrowser(browser: Browser, origin: string, { get, post }: TestApp, sites: readonly [Site, Site]): void {
  // A page, and what it complained about or asked of another host.
  const open = async (
    options: Parameters<Browser['newPage']>[0] = {},
  ): Promise<{ page: Page; complaints: string[] }> => {
    const page = await browser.newPage({ viewport: { width: 1440, height: 1000 }, ...options });
    page.setDefaultTimeout(patienceMs);
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith(origin)) complaints.push(`asked ${request.url()}`);
    });
    return { page, complaints };
  };

  t.test('axe finds nothing on any page, light or dark, and no page complains', async (t) => {
    // Colours do not glide from one scheme to the other.
    const { page, complaints } = await open({ reducedMotion: 'reduce' });
    // In the dark only the colours differ.
    const judge = async (rules: readonly string[] | null) =>
      await page.evaluate(async (rules) => {
        const { axe } = globalThis as unknown as { readonly axe: { readonly run: (o: object) => Promise<AxeResult> } };
        const result = await axe.run(rules === null ? {} : { runOnly: rules });
        return {
          passes: result.passes.length,
          violations: result.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)}`),
        };
      }, rules);
    for (const view of views) {
      await page.emulateMedia({ colorScheme: 'light' });
      await page.goto(origin + view, { waitUntil: 'load' });
      await page.evaluate(axe);
      const { passes, violations } = await judge(null);
      t.ok(passes > 10, `${passes} rules were tried and hold`);
      t.same(violations, [], view);
      await page.emulateMedia({ colorScheme: 'dark' });
      t.same(await judge(['color-contrast']), { passes: 1, violations: [] }, `${view} in the dark`);
    }
    t.same(complaints, []);
    await page.close();
  });

  t.test('no page scrolls sideways, from 360 px up, with script and without', async (t) => {
    for (const javaScriptEnabled of [true, false]) {
      const { page } = await open({ javaScriptEnabled });
      for (const view of views) {
        await page.goto(origin + view, { waitUntil: 'load' });
        for (const width of [360, 800, 1440]) {
          await page.setViewportSize({ width, height: 800 });
          const wide = await page.evaluate('document.documentElement.scrollWidth');
          t.ok(Number(wide) <= width, `${view} at ${width} is ${String(wide)} wide`);
        }
        t.ok((await page.locator('main').innerText()).length > 100, `${view} says something`);
      }
      await page.close();
    }
  });

  t.test('a site that the operator named shows the timeline in a frame; another site cannot', async (t) => {
    const { page } = await open({ viewport: { width: 344, height: 800 }, reducedMotion: 'reduce' });
    await page.goto(`${origin}${base}/timeline?occurredAsOf=2018-02-05`);
    await page.locator('.snippet summary').click();
    const snippet = await page.locator('.snippet code').innerText();
    for (const site of sites) site.show(snippet);
    const [named, unnamed] = sites;
    await page.goto(named.origin);
    const shown = page.frameLocator('iframe');
    await shown.getByText('Source: Partnership Ledger').waitFor();
    const frame = page.frames()[1] as Frame;
    const [wide, room] = (await frame.evaluate('[document.documentElement.scrollWidth, innerWidth]')) as number[];
    t.ok(Number(room) <= 330 && Number(wide) <= Number(room), `${wide} of ${room} px`);
    await frame.evaluate(axe);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const { violations } = (await frame.evaluate('axe.run()')) as AxeResult;
      t.same(violations, [], colorScheme);
    }
    const opening = page.waitForEvent('popup');
    await shown.getByText('The full timeline').click();
    t.match((await opening).url(), `${origin}${base}/timeline?occurredAsOf=2018-02-05`);
    await (await opening).close();
    const refusal = page.waitForEvent('console', (message) => message.text().includes('frame-ancestors'));
    await page.goto(unnamed.origin);
    await refusal;
    t.equal(await page.frameLocator('iframe').getByText('Source: Partnership Ledger').count(), 0);
    await page.close();
  });

  t.test('the slider goes to the day before the launch and to the launch, and the address follows', async (t) => {
    const { page, complaints } = await open();
    await page.goto(`${origin}${base}?occurredAsOf=2018-01-31`);
    const due = page.locator('.tile', { hasText: 'No plan has come due' });
    await due.waitFor();
    await page.locator('input[type=range]').focus();
    await page.keyboard.press('ArrowRight');
    await page.waitForURL(/occurredAsOf=2018-02-01/);
    await page.getByText('Campaign “The Greatness of Small” launched, planned for 1 Feb 2018.').waitFor();
    t.match(await page.locator('.say').innerText(), /1 February 2018/);
    await page.goBack();
    await due.waitFor();
    t.match(page.url(), /2018-01-31/);
    t.same(complaints, []);
    await page.close();
  });

  t.test('keys alone lead from the first page to who said first that the term ends in 2028', async (t) => {
    const { page, complaints } = await open();
    await page.goto(`${origin}/?reportedAsOf=2017-01-20`);
    await page.locator('.deal-name').focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/alibaba\.ioc\?reportedAsOf=2017-01-20/);
    const term = page.locator('.dl a', { hasText: 'through 2028' });
    await term.focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/term-agreed\?reportedAsOf=2017-01-20/);
    t.match(await page.locator('.claim').innerText(), /First told by.*article 003 or .*article 004/s);
    t.same(complaints, []);
    await page.close();
  });

  t.test('letters are keys only while nobody types, and can be switched off', async (t) => {
    const { page } = await open();
    await page.goto(origin + base);
    await page.locator('input[type=range]').waitFor();
    await page.keyboard.press('2');
    await page.waitForURL(/slider=reported/);
    await page.locator('#go-to').focus();
    await page.keyboard.press('1');
    t.match(page.url(), /slider=reported/, 'a digit in a field is a digit');
    await page.locator('#go-to').blur();
    await page.keyboard.press('?');
    await page.locator('#keys[open]').waitFor();
    await page.locator('#keys input').uncheck();
    await page.keyboard.press('Escape');
    await page.keyboard.press('1');
    t.match(page.url(), /slider=reported/);
    await page.close();
  });

  t.test('an event is verified in the browser, and a checkpoint of another ledger is found out', async (t) => {
    const { page, complaints } = await open();
    await page.goto(`${origin}${base}/facts/campaign/greatness-of-small/launched`);
    const tool = page.locator('.verify').first();
    await tool.locator('summary').click();
    await tool.locator('button').click();
    await tool.locator('li').nth(2).waitFor();
    t.match(await tool.locator('.checks').innerText(), /Holds\. The SHA-256 of this text.*lead to the root/s);
    await tool.locator('textarea').fill(`another-ledger/x\n3\n${'A'.repeat(43)}=\n\n— x AAAA\n`);
    await tool.locator('button').click();
    await tool.getByText('is of another ledger').waitFor();
    t.same(complaints, []);
    await page.close();
  });

  t.test('a page of now shows a new report in place; one of another day says that there is one', async (t) => {
    const [now, then] = [await open(), await open()];
    const listening = [now, then].map(async ({ page }) => await page.waitForRequest(/api\/events/));
    await now.page.goto(`${origin}${base}/articles`);
    await then.page.goto(`${origin}${base}/articles?occurredAsOf=2018-12-31`);
    await Promise.all(listening);
    await now.page.locator('main a').first().focus();
    const scrolled = await now.page.evaluate('window.scrollTo(0, 300), window.scrollY');
    const text = articleText({
      article: '990',
      partnership: 'alibaba.ioc',
      published: '2018-03-02',
      reports: '  - { ReceptionReported: made-up-readers, happened: 2018-03-01, p: 1, note: Made-up readers like it }',
    });
    t.equal((await post(text)).status, 201);
    await now.page.getByText('A made-up article').first().waitFor();
    t.match(await now.page.locator('.wrap[role=status]').innerText(), /The page shows 1 new report/);
    t.equal(await now.page.evaluate('document.activeElement.closest("main a") !== null'), true, 'the focus stays');
    t.equal(await now.page.evaluate('window.scrollY'), scrolled, 'the page does not jump');
    await then.page.getByText('1 new report').waitFor();
    t.equal(await then.page.getByText('A made-up article').count(), 0);
    await then.page.getByRole('button', { name: 'Show' }).click();
    await then.page.getByText('A made-up article').first().waitFor();
    t.same([...now.complaints, ...then.complaints], []);
    await Promise.all([now.page.close(), then.page.close()]);
  });

  t.test(
    'a contest is decided: what is missing stands at its field, and the preview comes before the record',
    async (t) => {
      const { page, complaints } = await open();
      await page.goto(`${origin}${base}/contested`);
      await page.locator('.contested', { hasText: 'ommercials' }).getByText('Decide on it').click();
      await page.getByLabel('Token').fill(testToken);
      await page.getByRole('button', { name: 'Show what would change' }).click();
      const reason = page.getByLabel('Reason');
      await page.locator('fieldset .wrong').first().waitFor();
      t.match(await reason.getAttribute('aria-invalid'), 'true');
      await page.getByLabel(/3, shown now/).check();
      await reason.fill('Counted again');
      await page.getByRole('button', { name: 'Show what would change' }).click();
      await page.getByText('contested: yes → no').waitFor();
      t.match(
        (await get('/api/changes?since=373')).body.events.filter(({ kind }: { kind: string }) => kind === 'decision'),
        [],
      );
      await page.getByRole('button', { name: 'Record this decision' }).click();
      await page.getByText(/Recorded as event \d+, by api/).waitFor();
      await page.getByText('The fact as it is now').click();
      await page.getByText('What stewards decided').waitFor();
      t.equal(
        await page.evaluate('Object.values({ ...localStorage, ...sessionStorage }).join()'),
        '',
        'the token is kept nowhere',
      );
      t.notMatch(page.url(), testToken);
      t.same(complaints, [], 'what is refused leaves no message');
      await page.close();
    },
  );

  t.test(
    'a field is corrected, a report retracted, facts merged and set apart: previewed, then recorded',
    async (t) => {
      const { page, complaints } = await open();
      const brain = 'initiative/sports-brain/deployed';
      const decide = async (fact: string, as: string, fill: () => Promise<void>, preview: RegExp): Promise<void> => {
        await page.goto(`${origin}${base}/decide?${new URLSearchParams({ fact, as }).toString()}`);
        await page.getByLabel('Token').fill(testToken);
        await page.getByLabel('Reason').fill(`Tried: ${as}`);
        await fill();
        await page.getByRole('button', { name: 'Show what would change' }).click();
        const shown = page.locator('.preview');
        await shown.waitFor();
        t.match(await shown.innerText(), preview, as);
        const recorded = (await get('/api/changes?since=373')).body.events;
        t.notOk(
          recorded.some((event: object) => JSON.stringify(event).includes(`Tried: ${as}`)),
          `${as} is not recorded yet`,
        );
        await page.getByRole('button', { name: 'Record this decision' }).click();
        await page.getByText(/Recorded as event \d+/).waitFor();
      };
      const day = async () => await page.getByLabel('What is right').fill('2018-02-03');
      await decide('campaign/greatness-of-small/launched', 'correct', day, /planned: .*2018-02-01.* → .*2018-02-03/);
      const nothing = async () => undefined;
      await decide('initiative/travel-guidance/deployed', 'retract', nothing, /No report counts for it any more/);
      const from = async () =>
        void (await page.locator('select[name=from]').selectOption('initiative/ticketing/deployed'));
      await decide(brain, 'merge', from, /initiative\/ticketing\/deployed\s+No report counts for it any more/);
      await decide(brain, 'undo', from, /Counts again/);
      t.same(complaints, []);
      await page.close();
    },
  );

  t.test('a whole article is retracted from its page', async (t) => {
    const { page, complaints } = await open();
    const reports = '  - { ReceptionReported: hoax, happened: 2018-03-01, p: 1, note: A made-up hoax }';
    const text = articleText({ article: '992', partnership: 'alibaba.ioc', published: '2018-03-02', reports });
    t.equal((await post(text)).status, 201);
    await page.goto(`${origin}/articles/992`);
    await page.getByText('Retract this article').click();
    await page.getByLabel('Token').fill(testToken);
    await page.getByLabel('Reason').fill('A hoax');
    await page.getByRole('button', { name: 'Show what would change' }).click();
    await page.getByText('No report counts for it any more').waitFor();
    await page.getByRole('button', { name: 'Record this decision' }).click();
    await page.getByText('The article as it is now').click();
    await page.getByText('Retracted: A hoax').waitFor();
    t.equal(await page.getByText('Retract this article').count(), 0);
    t.same(complaints, []);
    await page.close();
  });

  t.test('an article is drafted, mended and recorded, and the page of a second window changes', async (t) => {
    const [{ page, complaints }, second] = [await open(), await open()];
    const listening = second.page.waitForRequest(/api\/events/);
    await second.page.goto(`${origin}${base}/articles`);
    await listening;
    await page.goto(`${origin}/write?partnership=alibaba.ioc`);
    await page
      .getByLabel('Text of the article')
      .fill('A Note on Alibaba\nAlibaba signed it on 19 January.\nSubscribe.');
    await page.getByLabel('Id of the article').fill('991');
    await page.getByLabel('Published').fill('2017-01-20');
    await page.getByLabel('Token').fill(testToken);
    await page.getByRole('button', { name: 'Number the paragraphs' }).click();
    const suggested = page.locator('.suggestion', { hasText: 'Keep' });
    await suggested.first().waitFor();
    const before = await suggested.count();
    await page.keyboard.press(']');
    await page.keyboard.press('k');
    await page.locator('.suggestion.kept').waitFor();
    t.equal(await suggested.count(), before - 1, 'k keeps a suggestion of the paragraph that ] chose');
    await page.getByRole('button', { name: 'Nothing in paragraph 3' }).click();
    await page.getByRole('button', { name: 'Line 5' }).click();
    t.equal(await page.evaluate('document.activeElement.tagName'), 'TEXTAREA', 'a mistake leads to its line');
    const file = page.getByLabel('Article file');
    const mended = (await file.inputValue())
      .replaceAll('#? ', '')
      .replace('publisher:', 'publisher: Window Gazette')
      .replace('publishedBasis:', 'publishedBasis: Printed under the headline');
    await file.fill(mended);
    await page.getByText('Would join').waitFor();
    await page.evaluate(axe);
    t.same(await page.evaluate('axe.run().then(({ violations }) => violations.map(({ id }) => id))'), []);
    await page.getByRole('button', { name: 'Record' }).click();
    await page.getByText('Article 991, paragraph by paragraph').waitFor();
    await second.page.getByText('Window Gazette').first().waitFor();
    t.same([...complaints, ...second.complaints], []);
    await Promise.all([page.close(), second.page.close()]);
  });
}

type AxeResult = {
  readonly passes: readonly unknown[];
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
};
