// The address of a file with the stores that are shown, from the API's table of them.
import type {Documents} from '../shared/documents';
import type {Column} from './columns';
import {shownRows, type Filters} from './filters';

type Condition = [column: string, operator: string, value: unknown];

const mostNamed = 120; // ids in an address

// null: the conditions cannot be said in an address.
export function tableAddress(documents: Documents, filters: Filters, columns: Column[], sort: string): string | null {
  const where: Condition[] = [];
  if (filters.text || filters.lasso || filters.kinds.length) {
    // These are the page's own: said by the stores that meet them.
    const shown = shownRows(filters, documents)!;
    const ids = documents.stores!.store_id.filter((_, row) => shown[row]);
    if (ids.length > mostNamed) return null;
    where.push(['store_id', 'in', ids]);
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
  if (where.length) query.set('where', JSON.stringify(where));
  const by = columns.find((column) => column.key === sort.replace(/^-/, ''))?.server;
  if (by) query.set('sort', (sort.startsWith('-') ? '-' : '') + by);
  return `api/v1/tables/stores?${query}`;
}
