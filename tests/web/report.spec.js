// The report as people meet it: without scripts, on a phone, in the dark, on paper, by keyboard, with any names.
import {execFileSync} from 'node:child_process';
import {statSync, writeFileSync} from 'node:fs';
import AxeBuilder from '@axe-core/playwright';
import {expect, test} from '@playwright/test';
import {iowa, namesThatTry, retailer, run, text, tryingNames} from './projects.js';

const cases = {
  '1 store': () => retailer(1),
  '30 stores': () => retailer(30),
  '100 stores': () => retailer(100),
  '2,000 stores': () => retailer(2000),
  '10,000 stores': () => tenThousand(),
  'one cluster': () => oneCluster(),
  '40 clusters': () => manyClusters(),
  'Iowa, weak': () => iowa(),
  'names that try': () => tryingNames(),
};

function manyClusters() {
  return retailer(600, ['hdbscan.min_cluster_size=3', 'hdbscan.cluster_selection_epsilon=0'], ['--archetypes', '12', '--overlap', '0']);
}

// Ninety days of few products: it is the page that is large, not the sales.
function tenThousand() {
  return retailer(10000, ['stability.enabled=false', 'features.from=2024-10-01']);
}

function oneCluster() {
  return retailer(60, ['hdbscan.allow_single_cluster=true', 'hdbscan.min_cluster_size=40', 'hdbscan.cluster_selection_epsilon=50']);
}

// Opens a report; whatever it asks for or complains of fails the test.
async function open(page, report, hash = '') {
  const faults = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  page.on('request', (request) => /^(file|data|blob):/.test(request.url()) || faults.push(request.url()));
  await page.goto(report.url + hash);
  return faults;
}

const clusters = (page) => page.locator('#clusters .page').count();

for (const [name, make] of Object.entries(cases)) {
  test.describe(name, () => {
    for (const width of [390, 1024, 1680]) {
      for (const colorScheme of ['light', 'dark']) {
        test(`${width} pixels, ${colorScheme}: nothing overflows, fails or asks for anything`, async ({page}) => {
          await page.setViewportSize({width, height: 900});
          await page.emulateMedia({colorScheme});
          const faults = await open(page, make());
          await expect(page.locator('h1')).toBeVisible();
          expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
          expect(faults).toEqual([]);
        });
      }
    }

    for (const colorScheme of ['light', 'dark']) {
      test(`axe finds no serious violation, ${colorScheme}`, async ({page}) => {
        await page.emulateMedia({colorScheme});
        test.slow(); // 89 clusters of 10,000 stores
        await open(page, make());
        const {violations} = await new AxeBuilder({page}).analyze();
        const serious = violations.filter(({impact}) => impact === 'serious' || impact === 'critical');
        expect(serious.map(({id, nodes}) => `${id}: ${nodes[0].html} ${nodes[0].failureSummary}`)).toEqual([]);
      });
    }

    test('printed, each cluster has a page of its own', async ({page}, info) => {
      await open(page, make());
      const pdf = info.outputPath('report.pdf');
      writeFileSync(pdf, await page.pdf({format: 'A4', printBackground: true}));
      const pages = execFileSync('pdftotext', ['-layout', pdf, '-'], {encoding: 'utf8'}).split('\f').slice(0, -1);
      const n = await clusters(page);
      const sheets = pages.filter((paper) => /What sets it apart from the chain/.test(paper));
      expect(sheets.length).toBe(n);
      const seen = sheets.map((paper) => Number(/^\s*(\d+)\s+·/m.exec(paper)?.[1]));
      expect(seen).toEqual(Array.from({length: n}, (_, at) => at));
    });

    test('is smaller than 3 MB', () => {
      expect(statSync(make().report).size).toBeLessThan(3_000_000);
    });
  });
}

test.describe('without scripts', () => {
  test.use({javaScriptEnabled: false});
  test('the sentence, the figures, the picture and the table stand', async ({page}) => {
    await open(page, retailer(100));
    await expect(page.locator('h1')).toContainText('100 stores fall into');
    await expect(page.locator('.kpis dt')).toHaveCount(5);
    await expect(page.locator('#store-map svg')).toBeVisible();
    const places = await page.locator('#store-map svg path').evaluateAll((paths) =>
      paths.reduce((n, path) => n + path.getAttribute('d').split('M').length - 1, 0));
    expect(places).toBe(100);
    expect(await page.locator('table.clusters tbody tr').count()).toBeGreaterThan(1);
  });
});

test('of 10,000 stores one is found, and the page says what it leaves out', async ({page}) => {
  const faults = await open(page, tenThousand());
  await page.getByRole('combobox', {name: 'Find a store'}).fill(await page.locator('#store-names option').nth(3).getAttribute('value'));
  await page.keyboard.press('Enter');
  await expect(page.locator('article.store')).toContainText('With this many stores the page leaves out');
  expect(faults).toEqual([]);
});

test('one cluster is said as one, and as nothing to act on', async ({page}) => {
  const faults = await open(page, oneCluster());
  await expect(page.locator('h1')).toContainText(/^60 stores fall into 1 cluster[.;]/);
  await expect(page.locator('.warning')).toContainText('Only one cluster was found: nothing tells the stores apart.');
  await expect(page.locator('#store-map')).toContainText('One group of stores');
  await expect(page.locator('#clusters .page')).toHaveCount(1);
  await expect(page.locator('#profiles h2')).toHaveText('One cluster: nothing sets it apart from the chain');
  const words = await page.locator('main').innerText();
  expect(words).not.toMatch(/clusters differ|stores each|highest in cluster/);
  expect(words).not.toMatch(/NaN|undefined|Infinity|1 clusters|1 groups|1 stores/);
  expect(faults).toEqual([]);
});

// The label's own box in the drawing, and the middle of every mark.
test('no label of the map stands on a point, at any width', async ({page}) => {
  for (const width of [390, 1024, 1680]) {
    await page.setViewportSize({width, height: 900});
    await open(page, retailer(100, [], ['--archetypes', '6', '--overlap', '0']));
    const touching = await page.locator('#store-map .live svg').evaluate((svg) => {
      const box = (one) => one.getBoundingClientRect();
      const labels = [...svg.querySelectorAll('text')].map((one) => [one.textContent, box(one)]);
      const marks = [...svg.querySelectorAll('path')].map(box).filter((one) => one.width < 20 && one.width > 1);
      const on = (label, mark) => {
        const [x, y] = [(mark.left + mark.right) / 2, (mark.top + mark.bottom) / 2];
        return x > label.left && x < label.right && y > label.top && y < label.bottom;
      };
      return {
        n_labels: labels.length,
        n_marks: marks.length,
        touching: labels.filter(([, label]) => marks.some((mark) => on(label, mark))).map(([text]) => text),
      };
    });
    expect(touching.n_labels).toBeGreaterThan(1);
    expect(touching.n_marks).toBeGreaterThan(90);
    expect(touching.touching).toEqual([]);
  }
});

test('a weak result says so before any figure', async ({page}) => {
  await open(page, iowa());
  const order = await page.locator('.warning, .kpis').evaluateAll((all) => all.map((one) => one.className));
  expect(order).toEqual(['warning', 'kpis']);
  await expect(page.locator('.warning')).toContainText('weak');
});

test('names stay text', async ({page}) => {
  const faults = await open(page, tryingNames());
  expect(await page.evaluate(() => window.broken)).toBeUndefined();
  expect(await page.locator('main img, main b:text("Bold"), main i').count()).toBe(0);
  await page.getByRole('combobox', {name: 'Find a store'}).fill('s0');
  await page.keyboard.press('Enter');
  await expect(page.locator('article.store h3')).toHaveText(namesThatTry[0]);
  expect(faults).toEqual([]);
});

test('by keyboard: a store is found, its look-alike opened, a cluster chosen', async ({page}) => {
  await open(page, retailer(100));
  await page.getByRole('combobox', {name: 'Find a store'}).focus();
  await page.keyboard.type(await page.locator('#store-names option').nth(3).getAttribute('value'));
  await page.keyboard.press('Enter');
  const card = page.locator('article.store');
  await expect(card).toBeVisible();
  const first = await card.locator('h3').textContent();
  await card.locator('.alike button').first().focus();
  await page.keyboard.press('Enter');
  await expect(card.locator('h3')).not.toHaveText(first);
  await page.locator('#clusters .pick a').nth(1).focus();
  await page.keyboard.press('Enter');
  await expect(page.locator('#cluster-sheet-1')).toBeVisible();
  await expect(page.locator('#cluster-sheet-0')).toBeHidden();
  expect(page.url()).toContain('#cluster-1');
});

test('a link to a cluster opens it', async ({page}) => {
  await open(page, retailer(100), '#cluster-1');
  await expect(page.locator('#cluster-sheet-1')).toBeInViewport();
});

for (const kind of ['PNG', 'SVG', 'CSV']) {
  test(`every chart is saved as ${kind}`, async ({page}) => {
    await open(page, retailer(100));
    const buttons = page.getByRole('button', {name: new RegExp(`^Save as ${kind}`)});
    const n = await buttons.count();
    expect(n).toBeGreaterThanOrEqual(4);
    for (let at = 0; at < n; ++at) {
      const [saved] = await Promise.all([page.waitForEvent('download'), buttons.nth(at).click()]);
      const content = text(await saved.path());
      expect(saved.suggestedFilename()).toMatch(new RegExp(`\\.${kind.toLowerCase()}$`));
      expect(content.length).toBeGreaterThan(100);
      if (kind === 'SVG') expect(content).toContain(String(new Date().getFullYear()));
    }
  });
}

test('the map shows the principal axes on request', async ({page}) => {
  await open(page, retailer(100));
  await page.getByRole('button', {name: 'Principal axes'}).click();
  await expect(page.locator('#store-map .live')).toContainText('of the variance');
});

test('numbers and money follow the locale, in sentences too', async ({page}) => {
  await open(page, retailer(100)); // pt_BR
  await expect(page.locator('.kpis')).toContainText(/\d,\d+\sM\sBRL/);
  // No figure of the page's own has an English point or comma.
  for (const place of ['h1', '.verdict, .warning', '.how', '.kpis', 'table.clusters', '#clusters']) {
    for (const words of await page.locator(place).allInnerTexts()) {
      expect(words.match(/(?<![\p{L}\p{N}_.,])\d+\.\d{1,2}(?!\d)|\d,\d{3}(?!\d)/gu) ?? []).toEqual([]);
    }
  }
  // What the sentence says is what the key figure says.
  const share = (await page.locator('h1').textContent()).match(/\(([\d,]+\s%)\)/)?.[1];
  if (share) await expect(page.locator('.kpis')).toContainText(share);
});

test('for executives no store is in the file, and the page works', async ({page}, info) => {
  const {project} = retailer(100);
  const out = info.outputPath('board.html');
  run('report', '--quiet', '--project', project, '--audience', 'exec', '--out', out,
    '--set', 'stability.resamples=5', '--set', 'stability.null_runs=1');
  const names = JSON.parse(text(`${project}/data/artifacts/insight/stores.json`)).name;
  const board = text(out);
  expect(names.filter((name) => board.includes(name))).toEqual([]);
  const faults = await open(page, {url: `file://${encodeURI(out)}`});
  await expect(page.locator('#store-map svg')).toBeVisible();
  expect(await clusters(page)).toBeGreaterThan(1);
  expect(faults).toEqual([]);
});
