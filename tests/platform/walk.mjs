// One run, followed in Chromium as a person would: the page shows it, its link opens MLflow's page of it, and Dagster's
// page of an asset shows that the run made it.
//   node walk.mjs PAGE DAGSTER MLFLOW AISLE_RUN MLFLOW_RUN
import {createRequire} from 'node:module';

const [page_url, dagster_url, mlflow_url, run, mlflow_run] = process.argv.slice(2);
const {chromium} = createRequire(new URL('../web/package.json', import.meta.url))('playwright-core');

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: process.getuid() === 0 ? ['--no-sandbox'] : [],
});
try {
  const context = await browser.newContext({viewport: {width: 1400, height: 900}});
  context.setDefaultTimeout(90_000);
  const page = await context.newPage();
  await page.goto(`${page_url}/#/pipeline?run=${run}`);
  await page.getByRole('heading', {name: `Run ${run}`}).waitFor();

  const opened = context.waitForEvent('page');
  await page.getByRole('link', {name: 'This run in MLflow'}).click();
  const mlflow = await opened;
  if (!mlflow.url().startsWith(`${mlflow_url}/`)) throw new Error(`the link leads to ${mlflow.url()}`);
  await mlflow.getByText(mlflow_run).first().waitFor();

  const link = page.getByRole('main').getByRole('link', {name: 'Dagster'});
  const dagster_link = await link.getAttribute('href');
  if (dagster_link !== dagster_url) throw new Error(`the page's Dagster is ${dagster_link}`);
  const dagster = await context.newPage();
  await dagster.goto(`${dagster_link}/assets/report?view=events`);
  await dagster.getByText(run).first().waitFor();
  console.log('followed through all three');
} finally {
  await browser.close();
}
