// The columns that a table of stores can show, and their values: for the screen in words, for files with all digits.
import {clusterName, storeName, type Documents} from '../shared/documents';
import {capital, type Format} from '../shared/format';
import {kindOf, kindWords} from './filters';

export type Value = string | number | null;

export interface Column {
  key: string;
  label: string;
  numeric: boolean;
  server: string; // its name in the API's table of stores
  value: (row: number) => Value;
  words: (row: number) => string;
}

export function storeColumns(documents: Documents, format: Format): Column[] {
  const stores = documents.stores!;
  const monthly = documents.monthly?.sales;
  const whole = (value: number | null | undefined) => value ?? null;
  const columns: Column[] = [
    text('store', 'Store', 'store_name', (row) => storeName(stores, row)),
    text('id', 'Store id', 'store_id', (row) => stores.store_id[row]),
    {
      key: 'cluster',
      label: 'Cluster',
      numeric: false,
      server: 'cluster_final',
      value: (row) => stores.final_cluster[row],
      words: (row) => (stores.final_cluster[row] < 0 ? 'none' : `${stores.final_cluster[row]} · ${clusterName(documents, stores.final_cluster[row])}`),
    },
    text('kind', 'How it got there', 'is_inferred', (row) => kindWords[kindOf(stores, row)]),
    numeric('sure', 'Sure', 'probability', (row) => stores.sure[row], (value) => format.percent(value)),
    numeric('next', 'Next-best cluster', '', (row) => whole(stores.next_best?.[row]), (value) => format.whole(value)),
    numeric('margin', 'Margin', '', (row) => whole(stores.margin?.[row]), (value) => format.signed(value, 2)),
  ];
  stores.features.forEach((feature, at) => {
    if (feature.kind === 'category') {
      columns.push(text(feature.column, capital(feature.label), feature.column, (row) => (stores.values[at][row] == null ? null : feature.levels![stores.values[at][row]!])));
    } else {
      columns.push(numeric(feature.column, capital(feature.label), feature.column, (row) => stores.values[at][row], (value) => format.value(value, feature.unit)));
    }
  });
  if (!columns.some((column) => column.key === 'total_revenue') && stores.revenue) {
    columns.push(numeric('total_revenue', 'Sales', 'total_revenue', (row) => stores.revenue![row], (value) => format.money(value)));
  }
  if (monthly) {
    const last = documents.monthly!.months.length - 1;
    columns.push(numeric('last_month', `Sales of ${format.month(documents.monthly!.months[last])}`, '', (row) => monthly[row]?.[last] ?? null, (value) => format.money(value)));
  }
  return columns;
}

function text(key: string, label: string, server: string, value: (row: number) => string | null): Column {
  return {key, label, numeric: false, server, value, words: (row) => value(row) ?? '-'};
}

function numeric(key: string, label: string, server: string, value: (row: number) => number | null, words: (value: number) => string): Column {
  return {key, label, numeric: true, server, value, words: (row) => (value(row) === null ? '-' : words(value(row)!))};
}

// The first columns that a reader sees.
export const firstColumns = ['store', 'cluster', 'kind', 'sure', 'regional', 'placement', 'total_revenue', 'revenue_per_sqm', 'size_m2'];

// Rows in the order of a column; what is missing comes last, ties keep the order of the rows.
export function sortedRows(rows: number[], column: Column, descending: boolean, locale: string): number[] {
  const collator = new Intl.Collator(locale, {numeric: true});
  const keys = new Map(rows.map((row) => [row, column.value(row)]));
  const sign = descending ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [x, y] = [keys.get(a)!, keys.get(b)!];
    if (x === null || y === null) return x === y ? a - b : x === null ? 1 : -1;
    const order = typeof x === 'number' && typeof y === 'number' ? x - y : collator.compare(String(x), String(y));
    return order * sign || a - b;
  });
}
