// The stores on a map of the store space; a series a cluster, inferred stores hollow.
import {clusterName, storeName, type Documents} from '../documents';
import type {Format} from '../format';
import {clusterColour, symbol, type Tokens} from '../palette';
import {baseOption, escaped} from './base';

export type Space = 'tsne' | 'axes';

interface Extent {
  min: number;
  max: number;
}

export interface Picked {
  row: number;
}

export function storeMapOption(documents: Documents, space: Space, picked: number | null, format: Format) {
  const place = documents.map![space]!;
  const stores = documents.stores!;
  const clusters = [...new Set(stores.final_cluster)].sort((a, b) => a - b);
  const size = Math.max(5, Math.min(11, 15 - 2.4 * Math.log10(stores.store_id.length)));
  const words = (row: number) => {
    const cluster = stores.final_cluster[row];
    const sure = stores.sure[row];
    const lines = [
      `<b>${escaped(storeName(stores, row))}</b>`,
      escaped(cluster < 0 ? 'in no cluster' : `${cluster} · ${clusterName(documents, cluster)}`) +
        (stores.inferred[row] ? ', inferred' : ''),
    ];
    if (stores.revenue?.[row] != null) lines.push(`sales ${escaped(format.money(stores.revenue[row]))}`);
    if (sure != null) lines.push(`sure ${format.percent(sure)}`);
    return lines.join('<br>');
  };
  return (tokens: Tokens) => {
    const base = baseOption(tokens);
    const axis = {
      type: 'value' as const,
      scale: true,
      min: ({min, max}: Extent) => min - 0.05 * (max - min || 1),
      max: ({min, max}: Extent) => max + 0.05 * (max - min || 1),
      axisLabel: {show: false},
      axisTick: {show: false},
      axisLine: {show: false},
      splitLine: {show: false},
    };
    const series = clusters.map((cluster) => {
      const color = clusterColour(tokens, cluster);
      const data = [];
      for (let row = 0; row < stores.store_id.length; ++row) {
        if (stores.final_cluster[row] !== cluster || place.x[row] == null) continue;
        const hollow = cluster < 0 || stores.inferred[row] === 1;
        data.push({
          value: [place.x[row], place.y[row]],
          row,
          ...(hollow ? {itemStyle: {color: tokens.ground, borderColor: color, borderWidth: 1.3}} : {}),
          ...(row === picked
            ? {symbolSize: size * 2, itemStyle: {color, borderColor: tokens.text, borderWidth: 2}}
            : {}),
        });
      }
      return {
        type: 'scatter' as const,
        name: clusterName(documents, cluster),
        symbol: symbol(cluster),
        symbolSize: size,
        itemStyle: {color, opacity: 1},
        emphasis: {scale: 1.5},
        cursor: 'pointer',
        data,
      };
    });
    return {
      ...base,
      tooltip: {...base.tooltip, trigger: 'item', formatter: (point: {data: Picked}) => words(point.data.row)},
      grid: {left: 16, right: 16, top: 16, bottom: 16},
      xAxis: axis,
      yAxis: axis,
      dataZoom: [
        {type: 'inside', xAxisIndex: 0, filterMode: 'none', zoomOnMouseWheel: 'ctrl'},
        {type: 'inside', yAxisIndex: 0, filterMode: 'none', zoomOnMouseWheel: 'ctrl'},
      ],
      series: [...series, labels(documents, space, clusters, tokens)],
    };
  };
}

const mostNames = 8;
const longestName = 28;

// A label a cluster, above the middle of its stores; the number alone where names would cover the points.
function labels(documents: Documents, space: Space, clusters: number[], tokens: Tokens) {
  const {x, y} = documents.map![space]!;
  const stores = documents.stores!;
  const found = clusters.filter((cluster) => cluster >= 0);
  const quantile = (values: number[], share: number) =>
    [...values].sort((a, b) => a - b)[Math.round(share * (values.length - 1))];
  const text = (cluster: number) => {
    const name = clusterName(documents, cluster).split(',')[0];
    return found.length > mostNames || name.length > longestName ? String(cluster) : `${cluster} · ${name}`;
  };
  const placed = x.filter((one): one is number => one != null);
  const [low, high] = [Math.min(...placed), Math.max(...placed)];
  // A label near an edge is written towards the middle.
  const side = (at: number) => {
    const share = (at - low) / (high - low || 1);
    return share < 0.2 ? ('left' as const) : share > 0.8 ? ('right' as const) : ('center' as const);
  };
  return {
    type: 'scatter' as const,
    silent: true,
    symbolSize: 1,
    z: 5,
    tooltip: {show: false},
    labelLayout: {moveOverlap: 'shiftY' as const},
    data: found.flatMap((cluster) => {
      const all = stores.final_cluster.flatMap((one, row) => (one === cluster && x[row] != null ? [row] : []));
      if (all.length === 0) return [];
      // Stores that were only assigned lie at its edges, or far off.
      const core = all.filter((row) => !stores.inferred[row]);
      const rows = core.length ? core : all;
      const color = clusterColour(tokens, cluster);
      const middle = quantile(rows.map((row) => x[row]!), 0.5);
      return {
        value: [middle, quantile(rows.map((row) => y[row]!), 0.98)],
        itemStyle: {color: 'transparent', opacity: 1},
        label: {
          show: true,
          position: 'top' as const,
          align: side(middle),
          distance: 8,
          formatter: () => text(cluster),
          color,
          fontWeight: 600,
          fontSize: 13,
          textBorderColor: tokens.ground,
          textBorderWidth: 4,
        },
      };
    }),
  };
}
