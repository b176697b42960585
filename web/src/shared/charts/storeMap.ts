// The stores on a map of the store space; a series a cluster, inferred stores hollow.
import {clusterName, storeName, type Documents} from '../documents';
import type {Format} from '../format';
import {clusterColour, symbol, type Tokens} from '../palette';
import {baseOption, escaped, font} from './base';
import {LabelPlaces, type Point} from './labelPlaces';

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
      series: [...series, labels(documents, space, clusters, size, tokens)],
    };
  };
}

const mostNames = 8;
const longestName = 28;
const letterWidth = 7.6;
const labelHeight = 18;
const widestMark = 1.4; // a mark's reach, in halves of its size

// What a custom series may ask of the chart; ECharts' own type is no part of its core's exports.
interface Api {
  coord(value: [number, number]): [number, number];
}
interface Place {
  coordSys: {x: number; y: number; width: number; height: number};
}

// A label a cluster, beside its stores and on none of them, placed anew at every size and zoom; the number alone
// where the name finds no free place.
function labels(documents: Documents, space: Space, clusters: number[], size: number, tokens: Tokens) {
  const {x, y} = documents.map![space]!;
  const stores = documents.stores!;
  const found = clusters.filter((cluster) => cluster >= 0);
  const rows = x.flatMap((one, row) => (one == null ? [] : [row]));
  const cores = new Map(
    found.map((cluster) => {
      const all = rows.filter((row) => stores.final_cluster[row] === cluster);
      // Stores that were only assigned lie at its edges, or far off.
      const core = all.filter((row) => !stores.inferred[row]);
      return [cluster, core.length ? core : all];
    }),
  );
  const nameOf = (cluster: number) => {
    const name = clusterName(documents, cluster).split(',')[0];
    return found.length > mostNames || name.length > longestName ? String(cluster) : `${cluster} · ${name}`;
  };
  const widthOf = (text: string) => [...text].length * letterWidth;
  const place = ({coordSys: area}: Place, api: Api) => {
    const at = (row: number): Point => {
      const [left, top] = api.coord([x[row]!, y[row]!]);
      return [left - area.x, top - area.y];
    };
    const places = new LabelPlaces(area.width, area.height, rows.map(at), (size / 2) * widestMark);
    const children = found.flatMap((cluster) => {
      const own = cores.get(cluster)!.map(at);
      if (own.length === 0) return [];
      let text = nameOf(cluster);
      let label = places.find(own, widthOf(text), labelHeight);
      if (!label || label.touched > 0) {
        const narrow = places.find(own, widthOf(String(cluster)), labelHeight);
        if (narrow && (!label || narrow.touched < label.touched)) {
          text = String(cluster);
          label = narrow;
        }
      }
      if (!label) return [];
      places.take(label.box);
      return [
        {
          type: 'text' as const,
          x: area.x + label.box.left + label.box.width / 2,
          y: area.y + label.box.top + label.box.height / 2,
          style: {
            text,
            fill: clusterColour(tokens, cluster),
            font: `600 13px ${font}`,
            align: 'center' as const,
            verticalAlign: 'middle' as const,
            stroke: tokens.ground,
            lineWidth: 4,
          },
        },
      ];
    });
    return {type: 'group' as const, children};
  };
  return {
    type: 'custom' as const,
    silent: true,
    z: 5,
    tooltip: {show: false},
    renderItem: (area: unknown, api: unknown) => place(area as Place, api as Api),
    // One item: it draws every label.
    data: [[x[rows[0]], y[rows[0]]]],
  };
}
