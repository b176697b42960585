// Saves a chart as a picture with its title and the date.
import {lightTokens, type Tokens} from '../palette';
import {download} from './download';
import {echarts, type ChartOption} from './echarts';

const width = 960;
const head = 72;
const foot = 32;

export interface SavedChart {
  title: string;
  unit: string;
  source: string; // the project and the date
  height: number;
  option: (tokens: Tokens) => ChartOption;
}

export async function savePicture(chart: SavedChart, kind: 'png' | 'svg', name: string) {
  const tokens = lightTokens();
  const option = chart.option(tokens) as Record<string, unknown>;
  const grid = option.grid as Record<string, number | string | boolean> | undefined;
  // Drawn outside the page: its Content-Security-Policy may refuse the style attributes of an SVG.
  const size = {width, height: chart.height + head + foot};
  const drawn =
    kind === 'svg'
      ? echarts.init(null, null, {renderer: 'svg', ssr: true, ...size})
      : echarts.init(document.createElement('div'), null, {renderer: 'canvas', ...size});
  const lines = (text: string, size: number, color: string, place: object) => ({
    text,
    ...place,
    left: 16,
    textStyle: {fontSize: size, color, width: width - 32, overflow: 'truncate'},
  });
  drawn.setOption({
    ...option,
    backgroundColor: tokens.ground,
    tooltip: {show: false},
    grid: {...grid, top: Number(grid?.top ?? 0) + head, bottom: Number(grid?.bottom ?? 0) + foot},
    title: [
      {...lines(chart.title, 20, tokens.text, {top: 12})},
      {...lines(chart.unit, 13, tokens.quiet, {top: 42})},
      {...lines(chart.source, 13, tokens.quiet, {bottom: 4})},
    ],
  });
  try {
    if (kind === 'svg') {
      download(`${name}.svg`, new Blob([drawn.renderToSVGString()], {type: 'image/svg+xml'}));
    } else {
      const canvas = drawn.renderToCanvas({pixelRatio: 2, backgroundColor: tokens.ground});
      const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'));
      if (blob) download(`${name}.png`, blob);
    }
  } finally {
    drawn.dispose();
  }
}
