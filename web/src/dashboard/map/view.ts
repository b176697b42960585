// From the places of a space to the screen, with the reader's zoom.
import type {Space} from './spaces';

export interface Zoom {
  k: number;
  dx: number; // of the drawing, in screen pixels
  dy: number;
}

export const noZoom: Zoom = {k: 1, dx: 0, dy: 0};

export interface Box {
  width: number;
  height: number;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export class View {
  readonly x: Float32Array; // by row; NaN: not on the map
  readonly y: Float32Array;
  readonly #scale: {x: number; y: number; x0: number; y0: number};

  constructor(
    space: Space,
    readonly box: Box,
    zoom: Zoom,
  ) {
    this.#scale = fitted(space, box, zoom);
    this.x = new Float32Array(space.x.length);
    this.y = new Float32Array(space.x.length);
    for (let row = 0; row < space.x.length; ++row) {
      const [x, y] = [space.x[row], space.y[row]];
      this.x[row] = x == null || y == null ? NaN : this.across(x);
      this.y[row] = x == null || y == null ? NaN : this.down(y);
    }
  }

  across(x: number): number {
    return this.#scale.x0 + x * this.#scale.x;
  }
  down(y: number): number {
    return this.#scale.y0 - y * this.#scale.y;
  }
  // The place of the space under a place of the screen.
  place(across: number, down: number): [number, number] {
    return [(across - this.#scale.x0) / this.#scale.x, (this.#scale.y0 - down) / this.#scale.y];
  }
  // The store at a place of the screen, within so many pixels. -1: none.
  hit(across: number, down: number, within: number, shown: Uint8Array | null): number {
    let best = -1;
    let least = within * within;
    for (let row = 0; row < this.x.length; ++row) {
      if (shown && !shown[row]) continue;
      const distance = (this.x[row] - across) ** 2 + (this.y[row] - down) ** 2;
      if (distance <= least) [least, best] = [distance, row];
    }
    return best;
  }
}

function extent(values: (number | null)[], others: (number | null)[]): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (let row = 0; row < values.length; ++row) {
    const value = values[row];
    if (value == null || others[row] == null) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) return [0, 1];
  return low === high ? [low - 0.5, high + 0.5] : [low, high];
}

function fitted(space: Space, box: Box, zoom: Zoom) {
  const [low_x, high_x] = extent(space.x, space.y);
  const [low_y, high_y] = extent(space.y, space.x);
  const [width, height] = [box.width - box.left - box.right, box.height - box.top - box.bottom];
  let x = width / (1.08 * (high_x - low_x));
  let y = height / (1.08 * (high_y - low_y));
  if (space.aspect !== undefined) {
    x = Math.min(x, y / space.aspect);
    y = x * space.aspect;
  }
  const middle = {x: box.left + width / 2, y: box.top + height / 2};
  x *= zoom.k;
  y *= zoom.k;
  return {
    x,
    y,
    x0: middle.x + zoom.dx - (x * (low_x + high_x)) / 2,
    y0: middle.y + zoom.dy + (y * (low_y + high_y)) / 2,
  };
}
