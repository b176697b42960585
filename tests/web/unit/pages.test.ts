import {expect, test} from 'vitest';
import {sortedRows, storeColumns} from '../../../web/src/dashboard/columns';
import {noFilters} from '../../../web/src/dashboard/filters';
import {directEdges, placedAssets} from '../../../web/src/dashboard/graph';
import {tableAddress} from '../../../web/src/dashboard/tables';
import {outlineOf, placedNodes, type Tree} from '../../../web/src/dashboard/tuning';
import {Format} from '../../../web/src/shared/format';
import {csvField} from '../../../web/src/shared/charts/download';
import {documents} from './stores';

const columns = storeColumns(documents, new Format('en-US', 'EUR'));
const column = (key: string) => columns.find((one) => one.key === key)!;

test('rows are sorted by any column, what is missing last either way', () => {
  expect(sortedRows([0, 1, 2, 3], column('size_m2'), false, 'en')).toEqual([0, 1, 3, 2]);
  expect(sortedRows([0, 1, 2, 3], column('size_m2'), true, 'en')).toEqual([3, 1, 0, 2]);
  expect(sortedRows([0, 1, 2, 3], column('store'), false, 'en')).toEqual([3, 1, 0, 2]);
  expect(sortedRows([3, 0, 1, 2], column('regional'), false, 'en').slice(1)).toEqual([0, 1, 2]);
});

test('the file of what is shown asks for the same rows, columns and order', () => {
  const address = tableAddress(documents, {...noFilters, clusters: [0], ranges: {size_m2: {low: 1, high: null}}, levels: {regional: ['N']}}, [column('store'), column('size_m2'), column('margin')], '-size_m2');
  const query = new URLSearchParams(address!.split('?')[1]);
  expect(query.get('columns')).toBe('store_id,store_name,size_m2');
  expect(query.get('sort')).toBe('-size_m2');
  expect(JSON.parse(query.get('where')!)).toEqual([['cluster_final', 'in', [0]], ['size_m2', '>=', 1], ['regional', 'in', ['N']]]);
  const named = new URLSearchParams(tableAddress(documents, {...noFilters, text: 'north'}, [column('store')], 'store')!.split('?')[1]);
  expect([named.get('rows'), named.get('where')]).toEqual(['c', null]);
});

test('a field that a spreadsheet would run stays text', () => {
  expect(csvField('=1+1')).toBe("'=1+1");
  expect(csvField('a,"b"')).toBe('"a,""b"""');
});

test('assets stand just before what is made from them, and no edge repeats a longer way', () => {
  const asset = (key: string, ...depends_on: string[]) => ({key, title: key, description: '', kind: 'derived' as const, depends_on});
  const assets = [asset('raw'), asset('checks', 'raw'), asset('model', 'raw', 'checks'), asset('map', 'model'), asset('stability', 'model'), asset('segments', 'stability', 'model'), asset('report', 'map', 'segments', 'model')];
  const place = Object.fromEntries(placedAssets(assets).map((one) => [one.asset.key, one.column]));
  expect(place).toEqual({raw: 0, checks: 1, model: 2, stability: 3, map: 4, segments: 4, report: 5});
  expect(directEdges(assets)).not.toContainEqual(['raw', 'model']);
  expect(directEdges(assets)).not.toContainEqual(['model', 'report']);
  expect(directEdges(assets)).toContainEqual(['map', 'report']);
});

test('the tree: children side by side under their parent, as wide as their stores', () => {
  const node = (id: number, parent: number | null, size: number, born: number | null, dies: number) => ({id, parent, size, born, dies, stability: 1, cluster: null, distance: [born ?? 9, dies], n_left: [size - 1, size - 2]});
  const tree: Tree = {fit: '', n_stores: 20, min_cluster_size: 2, nodes: [node(0, null, 20, null, 8), node(1, 0, 12, 8, 2), node(2, 0, 6, 8, 3)]};
  const [root, left, right] = placedNodes(tree);
  expect(root.middle).toBe(10);
  expect(left.middle + 6).toBeLessThanOrEqual(right.middle - 3);
  expect(left.top).toBe(8);
  const path = outlineOf(left, (stores) => stores, (distance) => distance);
  expect(path.startsWith(`M${(left.middle - 6).toFixed(1)} 8.0`)).toBe(true);
  expect(path.endsWith('Z')).toBe(true);
});
