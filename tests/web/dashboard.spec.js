// The served page as people work in it: every page and control, links, keyboard, phone and dark, and a run watched.
import AxeBuilder from '@axe-core/playwright';
import {expect, test} from '@playwright/test';
import {execFileSync} from 'node:child_process';
import {appendFileSync} from 'node:fs';
import {join} from 'node:path';
import {copyOf, iowa, namesThatTry, retailer, run, text, tryingNames, unrun} from './projects.js';
import {serve} from './server.js';

const pages = ['overview', 'explorer', 'clusters', 'insights', 'stores', 'store', 'change', 'tuning', 'data', 'pipeline'];
const servers = new Map();

// One server a project, for the whole file.
async function at(make, ...args) {
  const {project} = make();
  const key = [project, ...args].join(' ');
  if (!servers.has(key)) servers.set(key, await serve(project, ...args));
  return servers.get(key).url;
}
test.afterAll(() => Promise.all([...servers.values()].map((server) => server.stop())));

const hundred = () => retailer(100);

// Opens a view; whatever the page complains of fails the test.
async function open(page, url, view) {
  if (!page.faults) {
    page.faults = [];
    page.on('pageerror', (error) => page.faults.push(String(error)));
    page.on('console', (message) => message.type() === 'error' && page.faults.push(message.text()));
  }
  await page.goto(`${url}#/${view}`);
  await expect(page.locator('main h1').first()).toBeVisible();
}
test.afterEach(({page}) => {
  expect(page.faults ?? []).toEqual([]);
});

const firstStore = async (page, url) => (await (await page.request.get(`${url}api/v1/documents/stores`)).json()).store_id[0];

for (const width of [390, 1024, 1680]) {
  for (const colorScheme of ['light', 'dark']) {
    test(`${width} pixels, ${colorScheme}: every page fits, and has no serious fault of access`, async ({page}) => {
      const url = await at(hundred);
      await page.setViewportSize({width, height: 900});
      await page.emulateMedia({colorScheme});
      const store = await firstStore(page, url);
      for (const view of pages) {
        await open(page, url, view === 'store' ? `store?store=${store}` : view);
        await expect(page.locator('.skeleton')).toHaveCount(0);
        expect(await page.evaluate(() => document.documentElement.scrollWidth), view).toBeLessThanOrEqual(width);
        if (`${width} ${colorScheme}` !== '390 light' && `${width} ${colorScheme}` !== '1680 dark') continue;
        const {violations} = await new AxeBuilder({page}).analyze();
        const serious = violations.filter(({impact}) => impact === 'serious' || impact === 'critical');
        expect(serious.map(({id, nodes}) => `${view} ${id}: ${nodes[0].html} ${nodes[0].failureSummary}`)).toEqual([]);
      }
    });
  }
}

test('the overview says the sentence, how far to trust it, the figures, and needs little of the page', async ({page}) => {
  const url = await at(hundred);
  const sizes = new Map();
  page.on('response', async (response) => {
    if (/\.js$/.test(response.url())) sizes.set(response.url(), Number(response.headers()['content-length'] ?? 0));
  });
  await open(page, url, 'overview');
  await expect(page.locator('h1')).toContainText('100 stores fall into');
  const order = await page.locator('.warning, .kpis').evaluateAll((all) => all.map((one) => one.className.split(' ')[0]));
  expect(order).toEqual(['warning', 'kpis']);
  await expect(page.locator('.kpis').first()).toContainText(/\d,\d+\sM\sBRL/);
  await expect(page.locator('#store-map [role=application]')).toBeVisible();
  await expect(page.locator('#store-map canvas').first()).toBeVisible();
  const script = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  expect(script).toBeGreaterThan(10_000);
  expect(script).toBeLessThan(250_000);
});

test('all scripts of the page are smaller than 500 kB compressed', async ({page}) => {
  const url = await at(hundred);
  const seen = new Map();
  page.on('response', (response) => /\.js$/.test(response.url()) && seen.set(response.url(), Number(response.headers()['content-length'] ?? 0)));
  for (const view of pages) await open(page, url, view);
  const all = [...seen.values()].reduce((sum, size) => sum + size, 0);
  expect(seen.size).toBeGreaterThan(pages.length);
  expect(all).toBeLessThan(500_000);
});

test('the explorer: a colour, a filter, a bar and a lasso are kept in the address, and a link shows the same', async ({page}) => {
  const url = await at(hundred);
  await open(page, url, 'explorer');
  const count = page.locator('.filters .count');
  await expect(count).toHaveText('100 of 100 stores');
  await page.getByRole('combobox', {name: 'Colour'}).selectOption({label: 'Size'});
  await expect(page.locator('.legend')).toContainText('Size:');
  await page.getByRole('button', {name: /^0 · /}).first().click();
  await expect(count).toHaveText('88 of 100 stores');
  await page.getByRole('button', {name: 'Lasso'}).click();
  const map = page.locator('.split [role=application]');
  await map.scrollIntoViewIfNeeded();
  const box = await map.boundingBox();
  const middle = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(box.x + 2, box.y + 2);
  await page.mouse.down();
  for (const [x, y] of [[middle[0], box.y + 2], middle, [box.x + 2, middle[1]]]) await page.mouse.move(x, y, {steps: 5});
  await page.mouse.up();
  await expect(page.getByRole('button', {name: 'Take away: Enclosed on the map'})).toBeVisible();
  const left = await count.textContent();
  expect(left).not.toBe('88 of 100 stores');
  expect(page.url()).toMatch(/cluster=0.*colour=size_m2.*lasso=tsne/);

  const other = await page.context().newPage();
  await open(other, page.url().split('#')[0], page.url().split('#/')[1]);
  await expect(other.locator('.filters .count')).toHaveText(left);
  await expect(other.getByRole('combobox', {name: 'Colour'})).toHaveValue('size_m2');
  await expect(other.locator('.box table')).toHaveAttribute('aria-rowcount', String(Number(left.split(' ')[0]) + 1));
  await other.close();

  await page.getByRole('button', {name: 'Take away: Enclosed on the map'}).click();
  await expect(count).toHaveText('88 of 100 stores');
  await page.locator('h1').click();
  await page.keyboard.press('Escape');
  await expect(count).toHaveText('100 of 100 stores');
});

test('the explorer: a box in the plane of two features is a range of each', async ({page}) => {
  const url = await at(hundred);
  await open(page, url, 'explorer');
  await page.getByRole('combobox', {name: 'Across'}).selectOption({label: 'Years open'});
  const plane = page.locator('[role=application]').nth(1);
  await plane.scrollIntoViewIfNeeded();
  const box = await plane.boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + 50);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width - 4, box.y + box.height - 50, {steps: 5});
  await page.mouse.up();
  await expect(page.getByRole('button', {name: /^Take away: Years open .* to /})).toBeVisible();
  await expect(page.locator('.filters .count')).not.toHaveText('100 of 100 stores');
});

test('the explorer by keyboard: a store on the map is reached, opened and explained', async ({page}) => {
  const url = await at(hundred);
  await open(page, url, 'explorer');
  await page.locator('.split [role=application]').focus();
  await page.keyboard.press('ArrowRight');
  const first = await page.locator('.map [aria-live]').first().textContent();
  expect(first).toMatch(/\d · |in no cluster/);
  for (const key of ['ArrowRight', 'ArrowDown', 'ArrowLeft', 'ArrowUp', 'ArrowRight']) await page.keyboard.press(key);
  await page.keyboard.press('Enter');
  await expect(page.locator('article.store h3')).toBeVisible();
  await page.keyboard.press('+');
  await expect(page.getByRole('button', {name: 'Keep what is in view'})).toBeVisible();
  await page.getByRole('button', {name: 'Keep what is in view'}).press('Enter');
  await expect(page.locator('.filters .count')).not.toHaveText('100 of 100 stores');
  await page.getByRole('link', {name: 'All about this store'}).press('Enter');
  await expect(page).toHaveURL(/#\/store\?store=/);
});

test('stores with coordinates stand on a geographic map', async ({page}) => {
  const url = await at(iowa);
  await open(page, url, 'explorer?map=geo');
  await expect(page.getByRole('combobox', {name: 'Map'})).toHaveValue('geo');
  await expect(page.locator('.split')).toContainText('Longitude and latitude');
});

test('the clusters: heat map, box plots, one chosen, two side by side, kept in the address', async ({page}) => {
  const url = await at(hundred);
  await open(page, url, 'clusters');
  await page.locator('#profiles thead button').nth(1).click();
  await expect(page).toHaveURL(/feature=/);
  await page.locator('.pick a').nth(1).click();
  await expect(page.locator('#cluster-sheet-1')).toBeVisible();
  await expect(page.locator('.radar canvas')).toBeVisible();
  await page.getByRole('combobox', {name: 'Beside'}).selectOption('0');
  await expect(page.locator('#cluster-sheet-0')).toBeVisible();
  await expect(page.getByRole('heading', {name: 'Where the two differ most'})).toBeVisible();
  await page.reload();
  await expect(page.locator('#cluster-sheet-0')).toBeVisible();
  await expect(page.locator('#cluster-sheet-1')).toBeVisible();
});

for (const kind of ['PNG', 'SVG', 'CSV']) {
  test(`charts are saved as ${kind}`, async ({page}) => {
    const url = await at(hundred);
    await open(page, url, 'clusters?c=1');
    const buttons = page.getByRole('button', {name: new RegExp(`^Save as ${kind}`)});
    await expect(buttons).toHaveCount(3);
    for (let place = 0; place < 3; ++place) {
      const [saved] = await Promise.all([page.waitForEvent('download'), buttons.nth(place).click()]);
      expect(text(await saved.path()).length).toBeGreaterThan(100);
    }
  });
}

test('the insights: largest first, actions with their figures, and a way to the stores', async ({page}) => {
  const url = await at(hundred);
  await open(page, url, 'insights');
  const sizes = await page.locator('section .kpis > div:first-child dd').evaluateAll((all) => all.map((one) => parseInt(one.textContent)));
  expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  await expect(page.locator('.actions').first()).toContainText('Because');
  await page.getByRole('link', {name: /^Its \d+ stores/}).first().click();
  await expect(page.locator('h1')).toContainText(`${sizes[0]} stores of 100`);
});

test('a store: found by name, why it is there, what would move it, its look-alikes', async ({page}) => {
  const url = await at(hundred);
  await open(page, url, 'overview');
  await page.getByRole('combobox', {name: 'Find a store'}).fill('Loja');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/#\/store\?store=/);
  await expect(page.getByRole('heading', {name: /^What holds it|^Nothing single/})).toBeVisible();
  await expect(page.getByRole('heading', {name: /would move it/})).toBeVisible();
  await expect(page.getByRole('heading', {name: 'Sales by month'})).toBeVisible();
  const before = await page.locator('h1').textContent();
  await page.locator('h3:text("Most alike") + ul a').first().click();
  await expect(page.locator('h1')).not.toHaveText(before);
  await open(page, url, 'store?store=nowhere');
  await expect(page.locator('h1')).toHaveText('No store has this id');
});

test('the stores: searched, sorted, columns chosen, downloaded as shown', async ({page}) => {
  const url = await at(hundred);
  await open(page, url, 'stores');
  await page.getByRole('searchbox', {name: 'Search by name or id'}).fill('São Paulo');
  await expect(page.locator('h1')).toContainText('of 100');
  const n = parseInt(await page.locator('h1').textContent());
  await expect(page.locator('.box tbody tr')).toHaveCount(n);
  await page.getByRole('button', {name: /^Size/}).click();
  await expect(page.locator('th[aria-sort=descending]')).toContainText('Size');
  await page.getByRole('button', {name: /^Size/}).click();
  await expect(page.locator('th[aria-sort=ascending]')).toContainText('Size');
  await page.getByRole('button', {name: 'Choose columns'}).click();
  await page.getByRole('checkbox', {name: 'Years open'}).check();
  await expect(page.locator('.box thead')).toContainText('Years open');
  const [csv] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', {name: 'Download CSV'}).click()]);
  const lines = text(await csv.path()).trim().split('\r\n');
  expect(lines.length).toBe(n + 1);
  expect(lines[0]).toContain('Years open');
  const [xlsx] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', {name: 'Download XLSX'}).click()]);
  const sheet = execFileSync('unzip', ['-p', await xlsx.path(), 'xl/worksheets/sheet1.xml'], {encoding: 'utf8'});
  expect(sheet.match(/<row /g).length).toBe(n + 1);
});

test('2,000 stores: the first view within a second, the table holds only what is in sight', async ({page}) => {
  const url = await at(() => retailer(2000));
  await open(page, url, 'overview');
  await page.goto('about:blank');
  const began = Date.now();
  await open(page, url, 'overview');
  expect(Date.now() - began).toBeLessThan(1000);
  await open(page, url, 'stores');
  await expect(page.locator('.box table')).toHaveAttribute('aria-rowcount', '2001');
  expect(await page.locator('.box tbody tr').count()).toBeLessThan(60);
  await page.locator('.box').evaluate((box) => (box.scrollTop = box.scrollHeight));
  await expect(page.locator('.box tr[aria-rowindex="2001"]')).toBeVisible();
});

test('10,000 stores: the map stays smooth while it is moved', async ({page}) => {
  test.setTimeout(180_000);
  const url = await at(() => retailer(10_000, ['stability.enabled=false']));
  await page.setViewportSize({width: 1680, height: 1000});
  await open(page, url, 'explorer');
  const map = page.locator('.split [role=application]');
  await map.focus();
  await page.keyboard.press('+');
  const box = await map.boundingBox();
  await page.mouse.move(box.x + 300, box.y + 200);
  await page.mouse.down();
  await page.evaluate(() => {
    window.frames_ms = [];
    let last = performance.now();
    const frame = (now) => {
      window.frames_ms.push(now - last);
      last = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  for (let step = 0; step < 60; ++step) await page.mouse.move(box.x + 300 + 2 * step, box.y + 200 + step);
  const frames = (await page.evaluate(() => window.frames_ms.slice(1))).sort((a, b) => a - b);
  await page.mouse.up();
  expect(frames.length).toBeGreaterThan(20);
  expect(frames[frames.length >> 1]).toBeLessThan(34);
});

test("the change: today's labels against the clusters", async ({page}) => {
  const url = await at(hundred);
  await open(page, url, 'change');
  await expect(page.locator('#change h2')).toContainText('would change group');
  await expect(page.locator('#change tbody tr')).toHaveCount(3);
});

test('the data: every check by its own name, those that fail, the missing values', async ({page}) => {
  const url = await at(hundred);
  await open(page, url, 'data');
  await expect(page.locator('h1')).toContainText('of 49 checks');
  await expect(page.locator('.checks tbody tr')).toHaveCount(49);
  for (const name of ['sales_qty_at_least_1', 'sales_price_not_negative', 'sales_store_id_not_null', 'sales_product_id_not_null']) {
    await expect(page.locator('.checks')).toContainText(name);
  }
  await expect(page.locator('.checks')).not.toContainText('Unknown');
  await page.getByRole('combobox', {name: 'Show'}).selectOption('failed');
  await expect(page.locator('.checks tbody tr')).toHaveCount(1);
  await expect(page.locator('.checks tbody tr')).toContainText('rows');
  await page.reload();
  await expect(page.locator('.checks tbody tr')).toHaveCount(1);
});

test('the tuning: another choice is answered, told what it costs, and kept in the address', async ({page}) => {
  const url = await at(hundred);
  await open(page, url, 'tuning');
  await expect(page.locator('h1')).toContainText("the model's own");
  await expect(page.locator('svg[role=img] path').first()).toBeVisible();
  await page.getByRole('spinbutton', {name: 'Smallest cluster, stores'}).fill('3');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/size=3/);
  await expect(page.locator('h1')).toContainText(/change|model's own/);
  const k = page.getByRole('combobox', {name: 'Clusters'});
  await k.selectOption('3');
  await expect(page.locator('h1')).toContainText('3 clusters');
  await expect(page.locator('main')).toContainText('of the stability');
  await page.getByRole('button', {name: 'Measure its quality'}).click();
  await expect(page.locator('main')).toContainText('DBCV');
  await page.getByRole('button', {name: 'As the model is'}).click();
  await expect(page.locator('h1')).toContainText("the model's own");
});

test('no run yet: the page says so, runs, fills; a second run is watched and cancelled; two browsers see it', async ({page, browser}) => {
  test.setTimeout(120_000);
  const project = copyOf({project: unrun()}, 'unrun served');
  const server = await serve(project);
  try {
    const other = await browser.newPage();
    await open(other, server.url, 'pipeline');
    await open(page, server.url, 'overview');
    await expect(page.locator('h1')).toContainText('no run yet');
    await page.locator('main p').getByRole('button', {name: 'Run what is stale'}).click();
    await expect(other.locator('.note-line progress')).toBeVisible();
    await expect(page.locator('h1')).toContainText('30 stores fall into', {timeout: 60_000});
    await expect(other.locator('h1')).toHaveText('Everything is fresh');
    await expect(other.locator('[role=log]')).toContainText('done in');
    await other.close();

    // Long enough to be stopped on any machine.
    appendFileSync(join(project, 'aisle.toml'), '\n[stability]\nresamples = 20000\n');
    await open(page, server.url, 'tuning?size=3');
    await page.getByRole('button', {name: 'Run with these'}).click();
    await expect(page).toHaveURL(/#\/pipeline/);
    await page.getByRole('region', {name: 'Run'}).getByRole('button', {name: 'Cancel'}).click();
    await expect(page.getByRole('heading', {name: 'The last run was cancelled'})).toBeVisible({timeout: 30_000});
    await expect(page.locator('main')).toContainText('Your last result is unchanged');
    await open(page, server.url, 'overview');
    await expect(page.locator('h1')).toContainText('30 stores fall into');
  } finally {
    await server.stop();
  }
});

test('two runs are compared', async ({page}) => {
  test.setTimeout(120_000);
  const project = copyOf(retailer(30), 'two runs');
  const server = await serve(project);
  try {
    const started = await page.request.post(`${server.url}api/v1/runs`, {data: {set: ['hdbscan.min_cluster_size=3', 'stability.enabled=false']}, headers: {Origin: server.url.replace(/\/$/, '')}});
    expect(started.status()).toBe(202);
    await expect.poll(async () => (await (await page.request.get(`${server.url}api/v1/project`)).json()).current_run, {timeout: 60_000}).toBeNull();
    await open(page, server.url, `change?with=run`);
    await expect(page.getByRole('heading', {name: /of \d+ changed group/})).toBeVisible();
    await expect(page.getByRole('heading', {name: 'What was set differently'})).toBeVisible();
    await expect(page.getByRole('combobox', {name: 'After'}).locator('option:checked')).toContainText(/, [1-9]\d* clusters? \(/);
    await expect(page.locator('main')).toContainText('hdbscan.min_cluster_size');
    const before = page.getByRole('combobox', {name: 'Before'});
    const same = await page.getByRole('combobox', {name: 'After'}).inputValue();
    await before.selectOption(same);
    await expect(page.getByRole('heading', {name: /^0 stores of \d+ changed group/})).toBeVisible();
    expect(page.url()).toContain(`a=${same}`);
    await open(page, server.url, 'overview');
    await expect(page.locator('tr', {hasText: 'Clusters'}).last()).toContainText(/\+\d/);
    await open(page, server.url, 'pipeline');
    const history = page.getByRole('region', {name: 'History of runs'}).locator('tbody tr').first();
    await expect(history.locator('td').nth(3)).toHaveText(/^[1-9]/);
    await history.getByRole('button').click();
    await expect(page.getByRole('region', {name: 'Options of the run'})).toContainText('hdbscan.min_cluster_size');
  } finally {
    await server.stop();
  }
});

test('the run is killed while watched: the page says so and keeps the last result', async ({page}) => {
  test.setTimeout(120_000);
  const project = copyOf(hundred(), 'killed');
  const server = await serve(project);
  try {
    await open(page, server.url, 'pipeline');
    await page.request.post(`${server.url}api/v1/runs`, {data: {force: true}, headers: {Origin: server.url.replace(/\/$/, '')}});
    await expect(page.locator('.note-line progress')).toBeVisible();
    const child = execFileSync('ps', ['-o', 'pid=', '--ppid', String(server.pid)], {encoding: 'utf8'}).trim();
    process.kill(Number(child), 'SIGKILL');
    await expect(page.getByRole('heading', {name: 'The last run was cut short'})).toBeVisible();
    await open(page, server.url, 'overview');
    await expect(page.locator('h1')).toContainText('100 stores fall into');
  } finally {
    await server.stop();
  }
});

test('a server that only shows offers no run', async ({page}) => {
  const url = await at(hundred, '--read-only');
  for (const view of ['overview', 'tuning', 'pipeline']) {
    await open(page, url, view);
    await expect(page.getByRole('button', {name: /^Run /})).toHaveCount(0);
  }
});

test('names stay text on every page', async ({page}) => {
  const url = await at(tryingNames);
  for (const view of [...pages.filter((one) => one !== 'store'), 'store?store=s0']) {
    await open(page, url, view);
    expect(await page.evaluate(() => window.broken)).toBeUndefined();
    expect(await page.locator('main img, main b:text("Bold"), main i').count()).toBe(0);
  }
  await expect(page.locator('h1')).toHaveText(namesThatTry[0]);
});

test('by keyboard alone: skip to the content, a page from the list, and its heading is read first', async ({page}) => {
  const url = await at(hundred);
  await open(page, url, 'overview');
  await page.keyboard.press('Tab');
  await expect(page.locator('.skip')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.locator('#main')).toBeFocused();
  await page.locator('#page-list a', {hasText: 'Stores'}).focus();
  await page.keyboard.press('Enter');
  await expect(page.locator('h1')).toContainText('each with its cluster');
  await expect(page.locator('#main')).toBeFocused();
  await page.locator('.box').focus();
  await page.keyboard.press('Tab');
  await expect(page.locator('.box thead button').first()).toBeFocused();
});

test('printed, the page is a report: no controls, the figures there', async ({page}, info) => {
  const url = await at(hundred);
  await open(page, url, 'overview');
  await expect(page.locator('#store-map canvas').first()).toBeVisible();
  const pdf = info.outputPath('overview.pdf');
  await page.pdf({path: pdf, format: 'A4', printBackground: true});
  const paper = execFileSync('pdftotext', ['-layout', pdf, '-'], {encoding: 'utf8'});
  expect(paper).toContain('100 stores fall into');
  expect(paper).not.toContain('Run what is stale');
});

test('the server goes away: the page says that the result is unchanged', async ({page}) => {
  const server = await serve(hundred().project);
  await page.goto(`${server.url}#/overview`);
  await expect(page.locator('h1')).toContainText('100 stores fall into');
  await server.stop();
  await expect(page.locator('.note-line')).toContainText('connection to the server is lost');
  await expect(page.locator('h1')).toContainText('100 stores fall into');
});

test('the server comes back: the page finds it again, and what was run meanwhile', async ({page}) => {
  test.setTimeout(120_000);
  const project = copyOf(retailer(30), 'come back');
  const server = await serve(project);
  await page.goto(`${server.url}#/overview`);
  await expect(page.locator('.overview')).toBeVisible();
  await server.stop();
  await expect(page.locator('.note-line')).toContainText('connection to the server is lost');
  run('run', '--quiet', '--project', project, '--set', 'hdbscan.min_cluster_size=3', '--set', 'stability.enabled=false');
  const again = await serve(project, '--port', new URL(server.url).port);
  try {
    await expect(page.locator('.note-line')).toHaveCount(0, {timeout: 60_000});
    await expect(page.getByRole('link', {name: 'Compare them'})).toBeVisible();
  } finally {
    await again.stop();
  }
});

test('a run in a terminal is seen by who comes back to the page', async ({page}) => {
  test.setTimeout(120_000);
  const project = copyOf(retailer(30), 'terminal');
  const server = await serve(project);
  try {
    await open(page, server.url, 'overview');
    await expect(page.locator('main')).toContainText('This is the first model of the project');
    run('run', '--quiet', '--project', project, '--set', 'hdbscan.min_cluster_size=3', '--set', 'stability.enabled=false');
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await expect(page.getByRole('link', {name: 'Compare them'})).toBeVisible();
  } finally {
    await server.stop();
  }
});

test('where the browser gives no clipboard the link is shown to be copied', async ({page}) => {
  const url = await at(hundred);
  await page.addInitScript(() => Object.defineProperty(navigator, 'clipboard', {value: undefined}));
  await open(page, url, 'stores?q=sul');
  await page.getByRole('button', {name: 'Copy link'}).click();
  await expect(page.getByRole('textbox', {name: /copy it by hand/})).toHaveValue(`${url}#/stores?q=sul`);
});
