// Saves a chart as a picture with its title and the date, and its data as CSV.
import {lightTokens, type Tokens} from '../palette';
import {echarts, type ChartOption} from './echarts';

export interface ChartData {
  columns: string[];
  rows: (string | number | null)[][];
}

const width = 960;
const head = 72;
const foot = 32;

function download(name: string, content: Blob) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

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
  const host = document.createElement('div');
  host.style.cssText = `position:absolute;left:-9999px;width:${width}px;height:${chart.height + head + foot}px`;
  document.body.append(host);
  const drawn = echarts.init(host, null, {renderer: kind === 'svg' ? 'svg' : 'canvas'});
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
    host.remove();
  }
}

// A field that a spreadsheet would take for a formula is kept text by an apostrophe.
export function csvField(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function saveData(data: ChartData, name: string) {
  const lines = [data.columns, ...data.rows].map((row) => row.map(csvField).join(','));
  // The mark tells spreadsheets that accents are UTF-8.
  download(`${name}.csv`, new Blob(['\ufeff' + lines.join('\r\n') + '\r\n'], {type: 'text/csv'}));
}
