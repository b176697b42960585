// A store's sales by month beside the mean store of its cluster.
import {baseOption, valueAxis} from '../../shared/charts/base';
import type {Documents} from '../../shared/documents';
import type {Format} from '../../shared/format';
import {clusterColour, type Tokens} from '../../shared/palette';

export function monthsOption(documents: Documents, row: number, format: Format) {
  const monthly = documents.monthly!;
  const cluster = documents.stores!.final_cluster[row];
  const at = monthly.clusters.indexOf(cluster);
  const like = documents.stores!.final_cluster.filter((one) => at < 0 || one === cluster).length;
  const mean = (at < 0 ? monthly.chain : monthly.by_cluster[at]).map((sum) => sum / Math.max(like, 1));
  const sales = monthly.sales![row]!;
  return (tokens: Tokens) => {
    const base = baseOption(tokens);
    const color = clusterColour(tokens, cluster);
    return {
      ...base,
      tooltip: {
        ...base.tooltip,
        trigger: 'axis',
        formatter: (points: {dataIndex: number}[]) => {
          const month = points[0].dataIndex;
          return [
            format.month(monthly.months[month]) + (monthly.complete[month] ? '' : ' (not whole)'),
            `store ${format.money(sales[month])}`,
            `${at < 0 ? 'chain' : 'cluster'}, mean ${format.money(mean[month])}`,
          ].join('<br>');
        },
      },
      grid: {left: 8, right: 16, top: 16, bottom: 8, containLabel: true},
      xAxis: {
        type: 'category',
        data: monthly.months.map((month) => format.month(month)),
        axisLabel: {color: tokens.quiet, hideOverlap: true},
        axisLine: {lineStyle: {color: tokens.quiet}},
        axisTick: {show: false},
      },
      yAxis: {...valueAxis(tokens, (value) => format.tick(value)), min: 0},
      series: [
        {
          type: 'line',
          name: 'store',
          symbolSize: 6,
          lineStyle: {color, width: 2},
          itemStyle: {color},
          data: sales.map((value, month) => ({value, itemStyle: {opacity: monthly.complete[month] ? 1 : 0.35}})),
        },
        {type: 'line', name: 'mean', symbol: 'none', lineStyle: {color: tokens.quiet, width: 1.5, type: 'dashed'}, itemStyle: {color: tokens.quiet}, data: mean},
      ],
    };
  };
}
