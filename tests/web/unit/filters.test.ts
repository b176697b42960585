import {expect, test} from 'vitest';
import {formatAddress, parseAddress} from '../../../web/src/dashboard/address';
import {chips, filterParams, noFilters, parseFilters, shownRows, type Filters} from '../../../web/src/dashboard/filters';
import {Format} from '../../../web/src/shared/format';
import {documents} from './stores';

const format = new Format('en-US', 'EUR');
const every: Filters = {
  text: 'no',
  clusters: [0, 1, -1],
  kinds: ['found', 'inferred'],
  ranges: {size_m2: {low: -1.5, high: null}},
  levels: {regional: ['N', 'S, far', 'back\\slash']},
  lasso: {space: 'tsne', outline: [[-1, -1], [3, -1], [3, 3], [-1, 3]]},
};
const kept = (filters: Filters) => {
  const params = Object.fromEntries(Object.entries(filterParams(filters)).filter(([, value]) => value !== null)) as Record<string, string>;
  return parseFilters(parseAddress(formatAddress({page: 'stores', params})).params);
};
const rows = (filters: Partial<Filters>) => {
  const shown = shownRows({...noFilters, ...filters}, documents);
  return shown === null ? null : [...shown];
};

test('filters come back from the address as they were', () => {
  expect(kept(every)).toEqual(every);
  expect(kept(noFilters)).toEqual(noFilters);
});

test('an address of nonsense filters nothing', () => {
  expect(parseFilters({cluster: 'x,1e', kind: 'all', 'in.size_m2': '..', lasso: 'tsne,1,2', 'in.a': 'b'})).toEqual(noFilters);
});

test('what was set before and is no more leaves the address', () => {
  expect(filterParams(noFilters, {'is.regional': 'N', 'in.size_m2': '1..2', map: 'axes'})).toMatchObject({'is.regional': null, 'in.size_m2': null});
  expect(filterParams(noFilters, {map: 'axes'})).not.toHaveProperty('map');
});

test('each condition keeps its stores, a missing value meets none', () => {
  expect(rows({})).toBeNull();
  expect(rows({text: 'NORTH'})).toEqual([1, 1, 0, 0]);
  expect(rows({text: 'b2'})).toEqual([0, 0, 0, 1]);
  expect(rows({clusters: [1, -1]})).toEqual([0, 0, 1, 1]);
  expect(rows({kinds: ['inferred']})).toEqual([0, 1, 0, 0]);
  expect(rows({kinds: ['none']})).toEqual([0, 0, 0, 1]);
  expect(rows({ranges: {size_m2: {low: 10, high: 20}}})).toEqual([1, 1, 0, 0]);
  expect(rows({ranges: {size_m2: {low: null, high: 15}}})).toEqual([1, 0, 0, 0]);
  expect(rows({levels: {regional: ['S, far', 'back\\slash']}})).toEqual([0, 0, 1, 1]);
  expect(rows({lasso: {space: 'tsne', outline: [[0.5, 0.5], [3, 0.5], [3, 3], [0.5, 3]]}})).toEqual([0, 1, 1, 0]);
  expect(rows({clusters: [0], ranges: {size_m2: {low: 15, high: null}}})).toEqual([0, 1, 0, 0]);
});

test('a feature that is not there (any more) is no condition', () => {
  expect(rows({ranges: {gone: {low: 1, high: 2}}})).toBeNull();
});

test('each chip takes away its own condition', () => {
  const shown = chips(every, documents, format);
  expect(shown.map((chip) => chip.label)).toEqual(['"no"', '0 · Large', '1 · Cluster 1', 'In no cluster', 'Found in its cluster', 'Inferred', 'Size at least −1.50', 'Region N', 'Region S, far', 'Region back\\slash', 'Enclosed on the map'].map((label) => label.replace('−', '-')));
  for (const chip of shown) expect(chips(chip.without, documents, format).map(({key}) => key)).toEqual(shown.map(({key}) => key).filter((key) => key !== chip.key));
});
