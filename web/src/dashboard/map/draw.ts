// Draws the map's points and labels on a canvas. A point is a stamp made once for each colour and shape: ten thousand
// of them are drawn within a frame.
import {font} from '../../shared/charts/base';
import {clusterColour, type Tokens} from '../../shared/palette';
import type {PointLook} from './colours';
import {ticks, type Point} from './geometry';
import type {PlacedLabel} from './labels';
import type {Space} from './spaces';
import type {View} from './view';

const faint = 0.14;

export function pointSize(n: number): number {
  return Math.max(5, Math.min(11, 15 - 2.4 * Math.log10(Math.max(n, 1))));
}

function outline(context: CanvasRenderingContext2D, shape: number, x: number, y: number, size: number) {
  const half = size / 2;
  context.beginPath();
  if (shape === 0) context.arc(x, y, half, 0, 2 * Math.PI);
  else if (shape === 1) context.rect(x - half * 0.9, y - half * 0.9, size * 0.9, size * 0.9);
  else {
    const corners = [
      [[0, -1.1], [1.1, 0], [0, 1.1], [-1.1, 0]],
      [[0, -1], [1, 0.9], [-1, 0.9]],
      [[0, 1], [1, -0.9], [-1, -0.9]],
    ][shape - 2];
    corners.forEach(([dx, dy], at) => (at ? context.lineTo(x + dx * half, y + dy * half) : context.moveTo(x + dx * half, y + dy * half)));
    context.closePath();
  }
}

function paint(context: CanvasRenderingContext2D, tokens: Tokens, colour: string, shape: number, hollow: boolean, x: number, y: number, size: number) {
  outline(context, shape, x, y, hollow ? size - 1 : size);
  context.fillStyle = hollow ? tokens.ground : colour;
  context.fill();
  if (hollow) {
    context.strokeStyle = colour;
    context.lineWidth = 1.4;
    context.stroke();
  }
}

class Stamps {
  #made = new Map<number, HTMLCanvasElement>();
  readonly side: number;

  constructor(
    private readonly tokens: Tokens,
    private readonly palette: string[],
    private readonly size: number,
    private readonly ratio: number,
  ) {
    this.side = Math.ceil(size + 4);
  }

  get(colour: number, shape: number, hollow: number): HTMLCanvasElement {
    const key = (colour * 8 + shape) * 2 + hollow;
    let stamp = this.#made.get(key);
    if (!stamp) {
      stamp = document.createElement('canvas');
      stamp.width = stamp.height = Math.ceil(this.side * this.ratio);
      const context = stamp.getContext('2d')!;
      context.scale(this.ratio, this.ratio);
      paint(context, this.tokens, this.palette[colour], shape, hollow === 1, this.side / 2, this.side / 2, this.size);
      this.#made.set(key, stamp);
    }
    return stamp;
  }
}

// The stamps of a look are kept while it, the screen's colours and the size stay.
const kept = new WeakMap<PointLook, {stamps: Stamps; tokens: Tokens; size: number; ratio: number}>();

function stampsOf(look: PointLook, tokens: Tokens, size: number, ratio: number): Stamps {
  const before = kept.get(look);
  if (before && before.tokens === tokens && before.size === size && before.ratio === ratio) return before.stamps;
  const stamps = new Stamps(tokens, look.palette(tokens), size, ratio);
  kept.set(look, {stamps, tokens, size, ratio});
  return stamps;
}

export interface Drawing {
  view: View;
  space: Space;
  look: PointLook;
  shown: Uint8Array | null; // rows that meet the filters; the others stay as a shadow
  labels: PlacedLabel[];
  tokens: Tokens;
  ratio: number; // device pixels a pixel
}

export function drawPoints(canvas: HTMLCanvasElement, drawing: Drawing) {
  const {view, look, shown, tokens, ratio} = drawing;
  const {width, height, left, right, top, bottom} = view.box;
  const context = canvas.getContext('2d')!;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  if (drawing.space.axes) drawAxes(context, drawing);
  context.save();
  context.beginPath();
  context.rect(left - 8, top - 8, width - left - right + 16, height - top - bottom + 16);
  context.clip();
  const stamps = stampsOf(look, tokens, pointSize(view.x.length), ratio);
  const half = stamps.side / 2;
  for (const [wanted, alpha] of shown ? [[0, faint], [1, 1]] : [[1, 1]]) {
    context.globalAlpha = alpha;
    for (let row = 0; row < view.x.length; ++row) {
      const [x, y] = [view.x[row], view.y[row]];
      if ((shown ? shown[row] : 1) !== wanted || !(x > -half && x < width + half && y > -half && y < height + half)) continue;
      context.drawImage(stamps.get(look.colour[row], look.shape[row], look.hollow[row]), x - half, y - half, stamps.side, stamps.side);
    }
  }
  context.restore();
  drawLabels(context, drawing);
}

function drawLabels(context: CanvasRenderingContext2D, {labels, view, tokens}: Drawing) {
  context.font = `600 13px ${font}`;
  context.textBaseline = 'middle';
  context.textAlign = 'center';
  context.lineJoin = 'round';
  context.strokeStyle = tokens.ground;
  context.lineWidth = 4;
  for (const label of labels) {
    const [x, y] = [view.across(label.x), view.down(label.y)];
    context.strokeText(label.text, x, y);
    context.fillStyle = clusterColour(tokens, label.cluster);
    context.fillText(label.text, x, y);
  }
}

function drawAxes(context: CanvasRenderingContext2D, {view, space, tokens}: Drawing) {
  const {width, height, left, right, top, bottom} = view.box;
  const {axes} = space;
  const [low_x, high_y] = view.place(left, top);
  const [high_x, low_y] = view.place(width - right, height - bottom);
  context.font = `12px ${font}`;
  context.lineWidth = 1;
  context.strokeStyle = tokens.line;
  context.fillStyle = tokens.quiet;
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  for (const tick of ticks(low_y, high_y, 5)) {
    const y = Math.round(view.down(tick)) + 0.5;
    context.beginPath();
    context.moveTo(left, y);
    context.lineTo(width - right, y);
    context.stroke();
    context.fillText(axes!.words(tick, 'y'), left - 6, y);
  }
  context.textAlign = 'center';
  for (const tick of ticks(low_x, high_x, Math.max(2, Math.floor((width - left - right) / 100)))) {
    const x = Math.round(view.across(tick)) + 0.5;
    context.beginPath();
    context.moveTo(x, top);
    context.lineTo(x, height - bottom);
    context.stroke();
    context.fillText(axes!.words(tick, 'x'), x, height - bottom + 12);
  }
  context.fillStyle = tokens.text;
  context.textAlign = 'right';
  context.fillText(`${axes!.x} →`, width - right, height - 8);
  context.textAlign = 'left';
  context.fillText(`↑ ${axes!.y}`, 4, 8);
}

export interface Overlay {
  view: View;
  tokens: Tokens;
  ratio: number;
  look: PointLook;
  picked: number | null;
  pointed: number | null;
  path: Point[]; // on the screen
  closed: boolean;
}

export function drawOverlay(canvas: HTMLCanvasElement, overlay: Overlay) {
  const {view, tokens, ratio, look, picked, pointed, path} = overlay;
  const context = canvas.getContext('2d')!;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, view.box.width, view.box.height);
  const size = pointSize(view.x.length);
  const palette = look.palette(tokens);
  for (const [row, grow] of [[picked, 2], [pointed, 1.5]] as const) {
    if (row === null || Number.isNaN(view.x[row])) continue;
    paint(context, tokens, palette[look.colour[row]], look.shape[row], look.hollow[row] === 1, view.x[row], view.y[row], size * grow);
    context.strokeStyle = tokens.text;
    context.lineWidth = 2;
    context.stroke();
  }
  if (path.length < 2) return;
  context.beginPath();
  path.forEach(([x, y], at) => (at ? context.lineTo(x, y) : context.moveTo(x, y)));
  if (overlay.closed) context.closePath();
  context.strokeStyle = tokens.accent;
  context.lineWidth = 1.5;
  context.setLineDash([5, 4]);
  context.stroke();
  context.setLineDash([]);
}
