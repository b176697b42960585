// Stores counted by group, all of them and those that meet the filters; a bar is itself a filter.
import {clusterName, type Documents} from '../shared/documents';
import {toggled, type Filters} from './filters';

export interface Bar {
  key: string;
  label: string;
  all: number;
  shown: number;
  chosen: boolean;
  cluster?: number;
  next: Filters; // the filters once the bar was chosen, or let go
}

type Counts = Map<number, {all: number; shown: number}>;

function counts(values: (number | null)[], shown: Uint8Array | null): Counts {
  const found: Counts = new Map();
  values.forEach((value, row) => {
    if (value === null) return;
    const count = found.get(value) ?? {all: 0, shown: 0};
    count.all += 1;
    if (!shown || shown[row]) count.shown += 1;
    found.set(value, count);
  });
  return found;
}

export function clusterBars(documents: Documents, filters: Filters, shown: Uint8Array | null): Bar[] {
  const found = counts(documents.stores!.final_cluster, shown);
  return documents.segments.segments.map(({cluster}) => ({
    key: String(cluster),
    label: `${cluster} · ${clusterName(documents, cluster)}`,
    cluster,
    ...(found.get(cluster) ?? {all: 0, shown: 0}),
    chosen: filters.clusters.includes(cluster),
    next: {...filters, clusters: toggled(filters.clusters, cluster)},
  }));
}

// Of a category, by its place among the features; the largest level first.
export function levelBars(documents: Documents, feature: number, filters: Filters, shown: Uint8Array | null): Bar[] {
  const {column, levels} = documents.stores!.features[feature];
  const chosen = filters.levels[column] ?? [];
  return [...counts(documents.stores!.values[feature], shown)]
    .map(([place, count]) => ({
      key: String(place),
      label: levels![place],
      ...count,
      chosen: chosen.includes(levels![place]),
      next: {...filters, levels: {...filters.levels, [column]: toggled(chosen, levels![place])}},
    }))
    .sort((a, b) => b.all - a.all || Number(a.key) - Number(b.key));
}
