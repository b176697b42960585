// The report's pictures for the README: node scripts/web_pictures.mjs REPORT FOLDER
// From the packages of tests/web (scripts/test_web.sh installs them) and Debian's Chromium.
import {createRequire} from 'node:module';
import {resolve} from 'node:path';

const {chromium} = createRequire(new URL('../tests/web/package.json', import.meta.url))('@playwright/test');
const [report, folder] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: process.getuid() === 0 ? ['--no-sandbox'] : [],
});
for (const colorScheme of ['light', 'dark']) {
  const page = await browser.newPage({viewport: {width: 1440, height: 960}, colorScheme});
  await page.goto(`file://${encodeURI(resolve(report))}`);
  await page.locator('#store-map .live svg, #store-map .live canvas').first().waitFor();
  await page.screenshot({path: resolve(folder, `report-${colorScheme}.png`)});
}
await browser.close();
