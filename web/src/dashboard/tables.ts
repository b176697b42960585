// The address of a file with the stores that are shown, from the API's table of them.
import type {Documents} from '../shared/documents';
import type {Column} from './columns';
import {shownRows, type Filters} from './filters';

type Condition = [column: string, operator: string, value: unknown];

// A server takes no longer addresses (its heads end at 16 kB); so many digits name four times as many stores.
const mostDigits = 12_000;

// null: the stores are too many to be named in an address.
export function tableAddress(documents: Documents, filters: Filters, columns: Column[], sort: string): string | null {
  const where: Condition[] = [];
  let named = '';
  if (filters.text || filters.lasso || filters.kinds.length) {
    // These are the page's own: said by the stores that meet them.
    named = bits(shownRows(filters, documents)!);
    if (named.length > mostDigits) return null;
  } else {
    if (filters.clusters.length) where.push(['cluster_final', 'in', filters.clusters]);
    for (const [column, {low, high}] of Object.entries(filters.ranges)) {
      if (low !== null) where.push([column, '>=', low]);
      if (high !== null) where.push([column, '<=', high]);
    }
    for (const [column, levels] of Object.entries(filters.levels)) where.push([column, 'in', levels]);
  }
  const names = [...new Set(['store_id', ...columns.map((column) => column.server).filter(Boolean)])];
  const query = new URLSearchParams({format: 'xlsx', columns: names.join(',')});
  if (named) query.set('rows', named);
  if (where.length) query.set('where', JSON.stringify(where));
  const by = columns.find((column) => column.key === sort.replace(/^-/, ''))?.server;
  if (by) query.set('sort', (sort.startsWith('-') ? '-' : '') + by);
  return `api/v1/tables/stores?${query}`;
}

// A bit a store in hexadecimal digits, as the API takes rows.
function bits(shown: Uint8Array): string {
  let digits = '';
  for (let at = 0; at < shown.length; at += 4) {
    let digit = 0;
    for (let place = 0; place < 4; ++place) digit = 2 * digit + (shown[at + place] ?? 0);
    digits += digit.toString(16);
  }
  return digits;
}
