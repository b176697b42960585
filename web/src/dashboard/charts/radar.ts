// The radar of cluster means, each feature scaled to the chain's range, as the chain's own mean beside it.
import {RadarChart} from 'echarts/charts';
import {LegendComponent, RadarComponent} from 'echarts/components';
import {baseOption} from '../../shared/charts/base';
import {echarts} from '../../shared/charts/echarts';
import type {NumberProfile} from '../../shared/documents';
import {capital, type Format} from '../../shared/format';
import {clusterColour, type Tokens} from '../../shared/palette';

echarts.use([RadarChart, RadarComponent, LegendComponent]);

// The features that the chart has shown from the first, where the data have them; else what the clusters differ in.
const wanted = ['total_revenue', 'avg_ticket_item', 'revenue_per_sqm', 'avg_inventory_depth', 'unique_products_stocked', 'size_m2', 'anos_de_loja'];

export function radarFeatures(numbers: NumberProfile[]): NumberProfile[] {
  const known = wanted.map((column) => numbers.find((number) => number.column === column)).filter((one) => one !== undefined);
  return known.length >= 5 ? known : numbers.slice(0, 7);
}

// The place of a value between the chain's lowest and highest, 0 to 1.
export function placed(number: NumberProfile, value: number | null): number {
  const {min, max} = number.chain;
  return value == null || min == null || max == null || max <= min ? 0 : (value - min) / (max - min);
}

export function radarOption(features: NumberProfile[], shown: {cluster: number; at: number; name: string}[], format: Format) {
  return (tokens: Tokens) => {
    const base = baseOption(tokens);
    const shape = (name: string, color: string, values: (number | null)[], dashed: boolean) => ({
      name,
      value: features.map((feature, at) => placed(feature, values[at])),
      lineStyle: {color, width: 2, type: dashed ? ('dashed' as const) : ('solid' as const)},
      itemStyle: {color},
      areaStyle: {color, opacity: dashed ? 0.06 : 0.14},
      symbolSize: 4,
    });
    return {
      ...base,
      tooltip: {
        ...base.tooltip,
        formatter: (item: {dataIndex: number; name: string}) => {
          const one = shown[item.dataIndex];
          const value = (feature: NumberProfile) => (one ? feature.mean[one.at] : feature.chain.mean);
          return features.map((feature) => `${capital(feature.label)}: ${format.value(value(feature), feature.unit)}`).join('<br>');
        },
      },
      legend: {bottom: 0, textStyle: {color: tokens.text}, selectedMode: false, data: [...shown.map((one) => one.name), 'Chain']},
      radar: {
        indicator: features.map((feature) => ({name: capital(feature.label), max: 1, min: 0})),
        center: ['50%', '47%'],
        radius: '62%',
        axisName: {color: tokens.text, fontSize: 13, width: 110, overflow: 'break' as const},
        splitNumber: 4,
        splitLine: {lineStyle: {color: tokens.line}},
        splitArea: {show: false},
        axisLine: {lineStyle: {color: tokens.line}},
      },
      series: [
        {
          type: 'radar',
          data: [
            ...shown.map((one) => shape(one.name, clusterColour(tokens, one.cluster), features.map((feature) => feature.mean[one.at]), false)),
            shape('Chain', tokens.quiet, features.map((feature) => feature.chain.mean), true),
          ],
        },
      ],
    };
  };
}
