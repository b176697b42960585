// How the points look: by cluster, or by a feature. Stores whose cluster was assigned are hollow.
import type {Stores} from '../../shared/documents';
import type {Format} from '../../shared/format';
import {shapeIndex, type Tokens} from '../../shared/palette';
import {quantile} from './geometry';

export interface PointLook {
  palette: (tokens: Tokens) => string[];
  colour: Uint8Array; // by row: a place in the palette
  shape: Uint8Array;
  hollow: Uint8Array;
  legend: {kind: 'clusters'} | {kind: 'scale'; low: string; high: string} | {kind: 'levels'; levels: string[]; others: number};
}

const none = 8; // the palette's place of noise
const clusters = (tokens: Tokens) => [...tokens.clusters, tokens.noise];

export function byCluster(stores: Stores): PointLook {
  return {
    palette: clusters,
    colour: Uint8Array.from(stores.final_cluster, (cluster) => (cluster < 0 ? none : cluster % none)),
    shape: Uint8Array.from(stores.final_cluster, shapeIndex),
    hollow: hollow(stores),
    legend: {kind: 'clusters'},
  };
}

function hollow(stores: Stores): Uint8Array {
  return Uint8Array.from(stores.final_cluster, (cluster, row) => (cluster < 0 || stores.inferred[row] ? 1 : 0));
}

// Viridis (matplotlib), at nine places between which colours are mixed.
const viridis = [
  [68, 1, 84],
  [71, 44, 122],
  [59, 81, 139],
  [44, 113, 142],
  [33, 144, 141],
  [39, 173, 129],
  [92, 200, 99],
  [170, 220, 50],
  [253, 231, 37],
];
const steps = 32;

export function scaleColour(share: number): string {
  const at = Math.min(Math.max(share, 0), 1) * (viridis.length - 1);
  const low = Math.min(Math.floor(at), viridis.length - 2);
  const mixed = viridis[low].map((one, channel) => Math.round(one + (viridis[low + 1][channel] - one) * (at - low)));
  return `rgb(${mixed.join(' ')})`;
}

export function byFeature(stores: Stores, feature: number, format: Format): PointLook {
  const {kind, unit} = stores.features[feature];
  const values = stores.values[feature];
  const look = {shape: new Uint8Array(values.length), hollow: hollow(stores)};
  if (kind === 'category') return {...look, ...levelColours(stores, feature)};
  const sorted = values.filter((value): value is number => value != null).sort((a, b) => a - b);
  // A few stores far off would leave one colour to the others.
  const [low, high] = sorted.length ? [quantile(sorted, 0.02), quantile(sorted, 0.98)] : [0, 0];
  return {
    ...look,
    palette: (tokens) => [...Array.from({length: steps}, (_, at) => scaleColour(at / (steps - 1))), tokens.noise],
    colour: Uint8Array.from(values, (value) =>
      value == null ? steps : Math.round(Math.min(Math.max((value - low) / (high - low || 1), 0), 1) * (steps - 1)),
    ),
    legend: {kind: 'scale', low: format.value(low, unit), high: format.value(high, unit)},
  };
}

// The eight levels with most stores have a colour each.
function levelColours(stores: Stores, feature: number): Pick<PointLook, 'palette' | 'colour' | 'legend'> {
  const levels = stores.features[feature].levels ?? [];
  const counts = levels.map(() => 0);
  for (const value of stores.values[feature]) if (value != null) counts[value] += 1;
  const order = levels.map((_, at) => at).sort((a, b) => counts[b] - counts[a] || a - b);
  const colourOf = levels.map((_, level) => Math.min(order.indexOf(level), none));
  return {
    palette: clusters,
    colour: Uint8Array.from(stores.values[feature], (value) => (value == null ? none : colourOf[value])),
    legend: {kind: 'levels', levels: order.slice(0, none).map((level) => levels[level]), others: Math.max(0, levels.length - none)},
  };
}
