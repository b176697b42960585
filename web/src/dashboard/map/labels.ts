// A label a cluster, beside its stores and on none of them; the number alone where the name finds no free place.
import {LabelPlaces, type Point} from '../../shared/charts/labelPlaces';
import {clusterName, type Documents} from '../../shared/documents';
import type {Space} from './spaces';
import type {View} from './view';

export interface MapLabel {
  cluster: number;
  name: string;
  rows: number[]; // the stores that it stands beside
}

export interface PlacedLabel {
  cluster: number;
  text: string;
  x: number; // its middle, as a place of the space: it goes with the points as they are zoomed and moved
  y: number;
}

const mostNames = 8;
const longestName = 28;
const letterWidth = 7.6;
const labelHeight = 18;

export function clusterLabels(documents: Documents, space: Space): MapLabel[] {
  const stores = documents.stores!;
  const all = new Map<number, number[]>();
  const cores = new Map<number, number[]>();
  stores.final_cluster.forEach((cluster, row) => {
    if (cluster < 0 || space.x[row] == null || space.y[row] == null) return;
    // Stores that were only assigned lie at its edges, or far off.
    for (const kept of stores.inferred[row] ? [all] : [all, cores]) {
      const rows = kept.get(cluster);
      if (rows) rows.push(row);
      else kept.set(cluster, [row]);
    }
  });
  return [...all.keys()].sort((a, b) => a - b).map((cluster) => {
    const name = clusterName(documents, cluster).split(',')[0];
    const short = all.size > mostNames || name.length > longestName;
    return {cluster, name: short ? String(cluster) : `${cluster} · ${name}`, rows: cores.get(cluster) ?? all.get(cluster)!};
  });
}

// Where they go in the whole picture.
export function placedLabels(labels: MapLabel[], view: View, pointSize: number): PlacedLabel[] {
  const {width, height} = view.box;
  const at = (row: number): Point => [view.x[row], view.y[row]];
  const points = Array.from(view.x, (_, row) => at(row)).filter(([x]) => !Number.isNaN(x));
  const places = new LabelPlaces(width, height, points, (pointSize / 2) * 1.4);
  const widthOf = (text: string) => [...text].length * letterWidth;
  return labels.flatMap(({cluster, name, rows}) => {
    const own = rows.map(at);
    let text = name;
    let label = places.find(own, widthOf(text), labelHeight);
    if (!label || label.touched > 0) {
      const narrow = places.find(own, widthOf(String(cluster)), labelHeight);
      if (narrow && (!label || narrow.touched < label.touched)) [text, label] = [String(cluster), narrow];
    }
    if (!label) return [];
    places.take(label.box);
    const [x, y] = view.place(label.box.left + label.box.width / 2, label.box.top + label.box.height / 2);
    return [{cluster, text, x, y}];
  });
}
