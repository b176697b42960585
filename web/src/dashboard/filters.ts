// Which stores are looked at: conditions that hold together, kept in the address and shown as chips.
import type {Documents, Stores} from '../shared/documents';
import {clusterName} from '../shared/documents';
import {capital, type Format} from '../shared/format';
import type {Params} from './address';
import {inside, type Point} from './map/geometry';
import {spaceOf, type SpaceKey} from './map/spaces';

export type Kind = 'found' | 'inferred' | 'none';

export interface Range {
  low: number | null;
  high: number | null;
}

export interface Lasso {
  space: SpaceKey;
  outline: Point[];
}

export interface Filters {
  text: string;
  clusters: number[]; // any of them; none: all
  kinds: Kind[];
  ranges: Record<string, Range>; // by column
  levels: Record<string, string[]>; // by column: any of them
  lasso: Lasso | null;
}

export const noFilters: Filters = {text: '', clusters: [], kinds: [], ranges: {}, levels: {}, lasso: null};

const kinds: Kind[] = ['found', 'inferred', 'none'];
export const kindWords: Record<Kind, string> = {found: 'Found in its cluster', inferred: 'Inferred', none: 'In no cluster'};

// A level may hold a comma: it is written \, and a backslash \\.
const joined = (levels: string[]) => levels.map((level) => level.replace(/[\\,]/g, '\\$&')).join(',');
const parted = (text: string) => (text.match(/(?:[^\\,]|\\.)+/g) ?? []).map((level) => level.replace(/\\(.)/g, '$1'));
const number = (text: string) => (text.trim() === '' || !Number.isFinite(Number(text)) ? null : Number(text));
const short = (value: number) => String(Number(value.toPrecision(5)));

export function parseFilters(params: Params): Filters {
  const filters: Filters = {...noFilters, ranges: {}, levels: {}, text: params.q ?? ''};
  filters.clusters = (params.cluster ?? '').split(',').filter((one) => /^-?\d+$/.test(one)).map(Number);
  filters.kinds = kinds.filter((kind) => (params.kind ?? '').split(',').includes(kind));
  for (const [key, value] of Object.entries(params)) {
    if (key.startsWith('is.')) filters.levels[key.slice(3)] = parted(value);
    if (key.startsWith('in.') && value.includes('..')) {
      const [low, high] = value.split('..').map(number);
      if (low !== null || high !== null) filters.ranges[key.slice(3)] = {low, high};
    }
  }
  filters.lasso = parseLasso(params.lasso ?? '');
  return filters;
}

function parseLasso(text: string): Lasso | null {
  const [space, ...numbers] = text.split(',');
  const outline: Point[] = [];
  for (let at = 0; at + 1 < numbers.length; at += 2) outline.push([Number(numbers[at]), Number(numbers[at + 1])]);
  if (!['tsne', 'axes', 'geo'].includes(space) || outline.length < 3 || outline.flat().some(Number.isNaN)) return null;
  return {space: space as SpaceKey, outline};
}

// What the address has to hold: null for what is not there (any more).
export function filterParams(filters: Filters, before: Params = {}): Record<string, string | null> {
  const params: Record<string, string | null> = {};
  for (const key of Object.keys(before)) if (/^(is|in)\./.test(key)) params[key] = null;
  params.q = filters.text || null;
  params.cluster = filters.clusters.length ? filters.clusters.join(',') : null;
  params.kind = filters.kinds.length ? filters.kinds.join(',') : null;
  for (const [column, levels] of Object.entries(filters.levels)) if (levels.length) params[`is.${column}`] = joined(levels);
  for (const [column, {low, high}] of Object.entries(filters.ranges)) {
    if (low !== null || high !== null) params[`in.${column}`] = `${low ?? ''}..${high ?? ''}`;
  }
  params.lasso = filters.lasso ? [filters.lasso.space, ...filters.lasso.outline.flat().map(short)].join(',') : null;
  return params;
}

export function kindOf(stores: Stores, row: number): Kind {
  return stores.final_cluster[row] < 0 ? 'none' : stores.inferred[row] ? 'inferred' : 'found';
}

// By row 1 where every condition holds; null when there is none. A missing value meets no condition.
export function shownRows(filters: Filters, documents: Documents): Uint8Array | null {
  const tests = conditions(filters, documents);
  if (tests.length === 0) return null;
  return Uint8Array.from(documents.stores!.store_id, (_, row) => (tests.every((test) => test(row)) ? 1 : 0));
}

function conditions(filters: Filters, documents: Documents): ((row: number) => boolean)[] {
  const stores = documents.stores!;
  const tests: ((row: number) => boolean)[] = [];
  if (filters.text) {
    const wanted = filters.text.toLowerCase();
    tests.push((row) => stores.store_id[row].toLowerCase().includes(wanted) || (stores.name?.[row] ?? '').toLowerCase().includes(wanted));
  }
  if (filters.clusters.length) tests.push((row) => filters.clusters.includes(stores.final_cluster[row]));
  if (filters.kinds.length) tests.push((row) => filters.kinds.includes(kindOf(stores, row)));
  for (const [column, {low, high}] of Object.entries(filters.ranges)) {
    const at = stores.features.findIndex((feature) => feature.column === column && feature.kind === 'number');
    if (at < 0) continue;
    const values = stores.values[at];
    tests.push((row) => values[row] != null && (low === null || values[row]! >= low) && (high === null || values[row]! <= high));
  }
  for (const [column, levels] of Object.entries(filters.levels)) {
    const at = stores.features.findIndex((feature) => feature.column === column && feature.kind === 'category');
    if (at < 0 || levels.length === 0) continue;
    const wanted = new Set(levels.map((level) => stores.features[at].levels!.indexOf(level)));
    tests.push((row) => stores.values[at][row] != null && wanted.has(stores.values[at][row]!));
  }
  const space = filters.lasso && spaceOf(documents, filters.lasso.space);
  if (space) {
    const {outline} = filters.lasso!;
    tests.push((row) => space.x[row] != null && space.y[row] != null && inside(outline, space.x[row]!, space.y[row]!));
  }
  return tests;
}

export interface Chip {
  key: string;
  label: string;
  without: Filters;
}

export function chips(filters: Filters, documents: Documents, format: Format): Chip[] {
  const found: Chip[] = [];
  const features = documents.stores!.features;
  const label = (column: string) => capital(features.find((feature) => feature.column === column)?.label ?? column);
  if (filters.text) found.push({key: 'q', label: `"${filters.text}"`, without: {...filters, text: ''}});
  for (const cluster of filters.clusters) {
    const name = cluster < 0 ? 'In no cluster' : `${cluster} · ${clusterName(documents, cluster)}`;
    found.push({key: `c${cluster}`, label: name, without: {...filters, clusters: filters.clusters.filter((one) => one !== cluster)}});
  }
  for (const kind of filters.kinds) {
    found.push({key: kind, label: kindWords[kind], without: {...filters, kinds: filters.kinds.filter((one) => one !== kind)}});
  }
  for (const [column, {low, high}] of Object.entries(filters.ranges)) {
    const unit = features.find((feature) => feature.column === column)?.unit ?? 'amount';
    const words = low === null ? `at most ${format.value(high, unit)}` : high === null ? `at least ${format.value(low, unit)}` : `${format.value(low, unit)} to ${format.value(high, unit)}`;
    const {[column]: _, ...ranges} = filters.ranges;
    found.push({key: `in.${column}`, label: `${label(column)} ${words}`, without: {...filters, ranges}});
  }
  for (const [column, levels] of Object.entries(filters.levels)) {
    for (const level of levels) {
      const rest = levels.filter((one) => one !== level);
      const {[column]: _, ...others} = filters.levels;
      found.push({key: `is.${column}.${level}`, label: `${label(column)} ${level}`, without: {...filters, levels: rest.length ? {...others, [column]: rest} : others}});
    }
  }
  if (filters.lasso) found.push({key: 'lasso', label: 'Enclosed on the map', without: {...filters, lasso: null}});
  return found;
}

export function toggled<T>(list: T[], one: T): T[] {
  return list.includes(one) ? list.filter((other) => other !== one) : [...list, one];
}
