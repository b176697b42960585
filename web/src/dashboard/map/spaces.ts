// Where the stores stand: the store space by two methods, the country where coordinates are known, two features.
import {clusterName, storeName, type Documents, type Stores} from '../../shared/documents';
import {capital, type Format} from '../../shared/format';

export type SpaceKey = 'tsne' | 'axes' | 'geo';

export interface Space {
  key: string;
  x: (number | null)[];
  y: (number | null)[];
  // Units of x and y are as long as each other on the screen when this is set: y's length over x's.
  aspect?: number;
  // Axes are drawn where the places have a meaning of their own.
  axes?: {x: string; y: string; words: (value: number, axis: 'x' | 'y') => string};
}

export function spaceOf(documents: Documents, key: SpaceKey): Space | undefined {
  if (key === 'geo') return geographic(documents.stores);
  const place = documents.map?.[key];
  return place ? {key, x: place.x, y: place.y} : undefined;
}

function geographic(stores: Stores | undefined): Space | undefined {
  const column = (name: string) => stores?.features.findIndex((feature) => feature.column === name) ?? -1;
  const [latitude, longitude] = [column('latitude'), column('longitude')];
  if (!stores || latitude < 0 || longitude < 0) return undefined;
  const known = stores.values[latitude].filter((value): value is number => value != null);
  if (known.length === 0) return undefined;
  const middle = known.reduce((sum, value) => sum + value, 0) / known.length;
  return {key: 'geo', x: stores.values[longitude], y: stores.values[latitude], aspect: 1 / Math.max(0.1, Math.cos((middle * Math.PI) / 180))};
}

export function featureSpace(stores: Stores, x: number, y: number, format: Format): Space {
  const features = {x: stores.features[x], y: stores.features[y]};
  return {
    key: `${features.x.column},${features.y.column}`,
    x: stores.values[x],
    y: stores.values[y],
    axes: {
      x: capital(features.x.label),
      y: capital(features.y.label),
      words: (value, axis) => (features[axis].unit === 'share' ? format.percent(value) : format.tick(value)),
    },
  };
}

// What is said of a store where it is pointed at.
export function storeLines(documents: Documents, row: number, format: Format): string[] {
  const stores = documents.stores!;
  const cluster = stores.final_cluster[row];
  const place = cluster < 0 ? 'in no cluster' : `${cluster} · ${clusterName(documents, cluster)}`;
  const lines = [storeName(stores, row), place + (stores.inferred[row] ? ', inferred' : '')];
  if (stores.revenue?.[row] != null) lines.push(`sales ${format.money(stores.revenue[row])}`);
  if (stores.sure[row] != null) lines.push(`sure ${format.percent(stores.sure[row])}`);
  return lines;
}
