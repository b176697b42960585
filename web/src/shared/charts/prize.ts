// What each cluster would take more at its own median, and at its upper quartile.
import type {Prize} from '../documents';
import type {Format} from '../format';
import {clusterColour, type Tokens} from '../palette';
import {baseOption, nameAxis, valueAxis} from './base';

export function prizeOption(prize: Prize, names: string[], format: Format) {
  return (tokens: Tokens) => {
    const base = baseOption(tokens);
    const bars = (values: (number | null)[], full: boolean) => ({
      type: 'bar' as const,
      name: full ? 'at the median' : 'at the upper quartile',
      barGap: '20%',
      barMaxWidth: 14,
      data: values.map((value, at) => {
        const color = clusterColour(tokens, prize.clusters[at]);
        return {value, itemStyle: full ? {color} : {color: tokens.ground, borderColor: color, borderWidth: 1.5}};
      }),
      label: {
        show: true,
        position: 'right' as const,
        color: tokens.text,
        formatter: (bar: {value: number | null}) => (bar.value == null ? '' : format.money(bar.value)),
      },
    });
    return {
      ...base,
      tooltip: {
        ...base.tooltip,
        trigger: 'item',
        formatter: (bar: {seriesName: string; value: number}) => `${bar.seriesName}: ${format.money(bar.value)} more`,
      },
      grid: {left: 8, right: 96, top: 8, bottom: 8, containLabel: true},
      xAxis: valueAxis(tokens, (value) => format.tick(value)),
      yAxis: nameAxis(tokens, names),
      series: [bars(prize.to_median, true), bars(prize.to_upper_quartile, false)],
    };
  };
}
