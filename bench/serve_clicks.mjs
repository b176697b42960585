// Seconds from a click to what it asks for, in Debian's Chromium: another cluster is chosen, on aisle's page and on
// the Streamlit page of bench/peers. node bench/serve_clicks.mjs AISLE_URL|STREAMLIT_URL aisle|streamlit
// Playwright is that of tests/web (scripts/test_web.sh installs it).
import {createRequire} from 'node:module';

const {chromium} = createRequire(new URL('../tests/web/package.json', import.meta.url))('@playwright/test');
const [url, kind] = process.argv.slice(2);
const [clicks, patience] = [12, 120_000];
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: process.getuid() === 0 ? ['--no-sandbox'] : [],
});
const page = await browser.newPage({viewport: {width: 1440, height: 960}});
page.setDefaultTimeout(patience);

async function seconds(act) {
  const begin = performance.now();
  await act();
  return (performance.now() - begin) / 1000;
}

const pages = {
  aisle: {
    first: async () => {
      await page.goto(`${url}#/overview`);
      await page.locator('#store-map canvas').first().waitFor();
    },
    ready: async () => {
      await page.goto(`${url}#/clusters`);
      await page.locator('.sheets h2').first().waitFor();
    },
    click: async (cluster) => {
      await page.getByRole('navigation', {name: 'Clusters'}).getByRole('link').nth(cluster).click();
      await page.locator('.sheets').getByRole('heading', {name: new RegExp(`^${cluster} · `)}).waitFor();
    },
  },
  streamlit: {
    first: async () => {
      await page.goto(url);
      await page.getByRole('heading', {name: /^Deep dive/}).waitFor();
    },
    ready: async () => {},
    click: async (cluster) => {
      await page.getByTestId('stSelectbox').locator('input').click();
      await page.getByRole('option', {name: `Cluster ${cluster}`, exact: true}).click();
      await page.getByRole('heading', {name: `Deep dive: ${cluster}`, exact: true}).waitFor();
    },
  },
};

const {first, ready, click} = pages[kind];
const opened = await seconds(first);
await ready();
const took = [];
for (let at = 0; at < clicks; ++at) took.push(await seconds(() => click(at % 2 ? 0 : 1)));
took.sort((a, b) => a - b);
console.log(`| ${kind} | ${opened.toFixed(2)} | ${took[clicks / 2].toFixed(2)} | ${took[clicks - 1].toFixed(2)} |`);
await browser.close();
