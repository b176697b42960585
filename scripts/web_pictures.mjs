// Pictures for the README and docs: node scripts/web_pictures.mjs REPORT FOLDER [URL]
// REPORT is a report.html, URL where `aisle serve` shows the same project. From the packages of tests/web
// (scripts/test_web.sh installs them) and Debian's Chromium.
import {createRequire} from 'node:module';
import {resolve} from 'node:path';

const {chromium} = createRequire(new URL('../tests/web/package.json', import.meta.url))('@playwright/test');
const [report, folder, url] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: process.getuid() === 0 ? ['--no-sandbox'] : [],
});

async function picture(name, address, settled, options = {}) {
  const page = await browser.newPage({viewport: {width: 1440, height: 960}, ...options});
  await page.goto(address);
  await page.locator(settled).first().waitFor();
  await page.waitForTimeout(500); // the canvas is drawn at the next frame
  await page.screenshot({path: resolve(folder, `${name}.png`)});
  await page.close();
}

for (const colorScheme of ['light', 'dark']) {
  const address = `file://${encodeURI(resolve(report))}`;
  await picture(`report-${colorScheme}`, address, '#store-map .live svg, #store-map .live canvas', {colorScheme});
}
if (url) {
  const {store_id} = await (await fetch(new URL('api/v1/documents/stores', url))).json();
  const views = {
    overview: '#store-map canvas',
    explorer: '.map canvas',
    clusters: '#profiles table',
    tuning: 'svg[role=img] path',
    pipeline: '.asset',
    store: '.chart canvas',
  };
  for (const [view, settled] of Object.entries(views)) {
    await picture(`page-${view}`, `${url}#/${view}${view === 'store' ? `?store=${store_id[0]}` : ''}`, settled, {viewport: {width: 1280, height: 800}});
  }
  for (const view of ['overview', 'explorer']) {
    await picture(`page-${view}-dark`, `${url}#/${view}`, views[view], {viewport: {width: 1280, height: 800}, colorScheme: 'dark'});
  }
  await picture('page-phone', `${url}#/overview`, views.overview, {viewport: {width: 390, height: 844}});
}
await browser.close();
