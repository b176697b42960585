// Profiles as charts: the heat map (for saving; on the page it is a table) and the box plots.
import type {Documents, NumberProfile} from '../documents';
import {capital, type Format} from '../format';
import {clusterColour, symbol, type Tokens} from '../palette';
import {baseOption, nameAxis, valueAxis} from './base';

// Features sorted by what the clusters differ in most.
export function byDifference(numbers: NumberProfile[]): NumberProfile[] {
  const spread = (number: NumberProfile) => Math.max(...number.effect.map((effect) => Math.abs(effect ?? 0)));
  return [...numbers].sort((a, b) => spread(b) - spread(a));
}

export function heatOption(clusters: number[], numbers: NumberProfile[], format: Format) {
  return (tokens: Tokens) => ({
    ...baseOption(tokens),
    grid: {left: 56, right: 16, top: 8, bottom: 104},
    xAxis: {
      ...nameAxis(tokens, numbers.map((number) => capital(number.label))),
      inverse: false,
      axisLabel: {color: tokens.text, rotate: 45, interval: 0, width: 120, overflow: 'truncate'},
    },
    yAxis: nameAxis(tokens, clusters.map(String)),
    visualMap: {
      show: false,
      min: -2,
      max: 2,
      inRange: {color: [tokens.low, tokens.ground, tokens.high]},
    },
    series: [
      {
        type: 'heatmap',
        data: clusters.flatMap((_, row) => numbers.map((number, column) => [column, row, number.effect[row] ?? 0])),
        label: {show: true, color: tokens.text, formatter: (cell: {value: number[]}) => format.signed(cell.value[2])},
        itemStyle: {borderColor: tokens.ground, borderWidth: 1},
      },
    ],
  });
}

// Cluster by cluster with the chain last; the stores themselves where there are fewer than 60.
export const mostPoints = 60;

export function boxOption(documents: Documents, number: NumberProfile, format: Format) {
  const clusters = documents.profiles!.clusters;
  const box = (at: number) => [number.min[at], number.q1[at], number.median[at], number.q3[at], number.max[at]];
  const chain = number.chain;
  const boxes = [...clusters.map((_, at) => box(at)), [chain.min, chain.q1, chain.median, chain.q3, chain.max]];
  const names = [...clusters.map(String), 'Chain'];
  const points = storePoints(documents, number);
  return (tokens: Tokens) => {
    const base = baseOption(tokens);
    const colour = (at: number) => (at < clusters.length ? clusterColour(tokens, clusters[at]) : tokens.quiet);
    return {
      ...base,
      tooltip: {
        ...base.tooltip,
        trigger: 'item',
        formatter: (item: {seriesType: string; name: string; dataIndex: number; value: number[]}) => {
          if (item.seriesType !== 'boxplot') return format.value(item.value[0], number.unit);
          const values = boxes[item.dataIndex].map((value) => format.value(value, number.unit));
          const who = item.dataIndex < clusters.length ? `Cluster ${item.name}` : 'Chain';
          return `${who}: median ${values[2]}<br>half lie between ${values[1]} and ${values[3]}<br>all between ${values[0]} and ${values[4]}`;
        },
      },
      grid: {left: 56, right: 24, top: 8, bottom: 32},
      xAxis: {...valueAxis(tokens, (value) => (number.unit === 'share' ? format.percent(value) : format.tick(value))), scale: true},
      yAxis: nameAxis(tokens, names),
      series: [
        {
          type: 'boxplot',
          boxWidth: [8, 18],
          data: boxes.map((value, at) => ({
            value,
            itemStyle: {color: tokens.ground, borderColor: colour(at), borderWidth: 1.5},
          })),
        },
        {
          type: 'scatter',
          symbolSize: 5,
          silent: true,
          data: points.map(([value, at]) => ({
            value: [value, at],
            symbol: symbol(clusters[at]),
            itemStyle: {color: colour(at), opacity: 0.7},
          })),
        },
      ],
    };
  };
}

function storePoints(documents: Documents, number: NumberProfile): [number, number][] {
  const {stores, profiles} = documents;
  const feature = stores?.features.findIndex((one) => one.column === number.column) ?? -1;
  if (!stores || !profiles || feature < 0) return [];
  const points: [number, number][] = [];
  stores.values[feature].forEach((value, row) => {
    const at = profiles.clusters.indexOf(stores.final_cluster[row]);
    if (value != null && at >= 0 && stores.in_fit[row] && profiles.n_stores[at] < mostPoints) points.push([value, at]);
  });
  return points;
}
