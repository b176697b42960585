// Projects for the tests, made by the program itself: each is run once and kept for the whole session.
import {execFileSync} from 'node:child_process';
import {cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
export const aisle = process.env.AISLE ?? join(root, 'build/release/bin/aisle');
const folder = process.env.AISLE_WEB_PROJECTS ?? mkdtempSync(join(tmpdir(), 'aisle web '));

export function run(...args) {
  return execFileSync(aisle, args, {stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8'});
}

function made(name, make) {
  const project = join(folder, name);
  const report = join(project, 'data/artifacts/report.html');
  if (!existsSync(report)) make(project);
  return {project, report, url: `file://${encodeURI(report)}`};
}

// The synthetic retailer; `sets` are options of the run. Few resamples: the report is what is tested.
export function retailer(n_stores, sets = [], more = []) {
  return made(`stores ${n_stores}${more.join('')}`, (project) => {
    run('init', '--template', 'original', '--project', project);
    const size = n_stores > 200 ? ['--years', '1', '--products', n_stores > 5000 ? '10' : '30'] : [];
    run('generate', '--project', project, '--stores', String(n_stores), ...size, ...more);
    const all = ['stability.resamples=5', 'stability.null_runs=1', ...sets];
    run('run', '--quiet', '--project', project, ...all.flatMap((set) => ['--set', set]));
  });
}

// A copy of one of these, to be changed.
export function copyOf({project}, name) {
  const copy = join(folder, name);
  rmSync(copy, {recursive: true, force: true});
  cpSync(project, copy, {recursive: true});
  return copy;
}

// Tables that no run has read yet.
export function unrun() {
  const project = join(folder, 'unrun');
  if (!existsSync(project)) {
    run('init', '--template', 'original', '--project', project);
    run('generate', '--project', project, '--stores', '30');
  }
  return project;
}

export function iowa() {
  return made('iowa', (project) => {
    cpSync(join(root, 'examples/iowa'), project, {recursive: true});
    run('run', '--quiet', '--project', project, '--set', 'stability.resamples=5', '--set', 'stability.null_runs=1');
  });
}

// Two kinds of stores under names that try to be markup, script, an entity, a formula, and a very long one.
export const namesThatTry = [
  '</script><script>window.broken = 1</script>',
  '<img src=x onerror="window.broken = 1">',
  '"><b>Bold</b>',
  "O'Brien & Söhne – São João",
  '=HYPERLINK("x")',
  '{{7*7}} ${window.broken = 1}',
  'A store whose name goes on and on until sixty letters are full',
  '&lt;b&gt;',
];

export function tryingNames() {
  return made('names', (project) => {
    const raw = join(project, 'data/raw');
    mkdirSync(raw, {recursive: true});
    const csv = (rows) => rows.map((row) => row.map((cell) => `"${String(cell).replaceAll('"', '""')}"`).join(',')).join('\n') + '\n';
    const stores = Array.from({length: 24}, (_, at) => at);
    const name = (at) => (at < namesThatTry.length ? namesThatTry[at] : `Store ${at}`);
    const region = (at) => namesThatTry[at % 2];
    writeFileSync(join(raw, 'dim_store_management.csv'), csv([
      ['store_id', 'store_name', 'regional', 'current_cluster_label', 'opening_date'],
      ...stores.map((at) => [`s${at}`, name(at), region(at), namesThatTry[1 + (at % 2)], '2015-01-01'])]));
    writeFileSync(join(raw, 'dim_store_physical.csv'), csv([
      ['store_id', 'size_m2', 'placement'],
      ...stores.map((at) => [`s${at}`, at % 2 ? 1000 + at : 60 + at, namesThatTry[3 - 2 * (at % 2)]])]));
    writeFileSync(join(raw, 'dim_product.csv'), csv([
      ['product_id', 'name', 'category', 'base_price', 'cost'],
      ['p0', namesThatTry[0], namesThatTry[1], 10, 5], ['p1', 'Plain', 'Plain', 20, 9]]));
    const days = Array.from({length: 120}, (_, day) => new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(0, 10));
    writeFileSync(join(raw, 'fact_sales.csv'), csv([
      ['date', 'store_id', 'product_id', 'qty', 'unit_price_at_sale'],
      ...days.flatMap((day, d) => stores.map((at) => [day, `s${at}`, `p${(at + d) % 2}`, at % 2 ? 9 + (d % 3) : 1 + (d % 2), 15]))]));
    writeFileSync(join(project, 'aisle.toml'),
      `format = 1\n[project]\nname = "<i>A & B</i>"\ncurrency = "EUR"\nlocale = "pt_BR"\n[model]\npreset = "original"\n`);
    run('run', '--quiet', '--project', project, '--set', 'stability.enabled=false');
  });
}

export function text(file) {
  return readFileSync(file, 'utf8');
}
