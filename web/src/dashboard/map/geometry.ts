// Plane geometry of the map, without a screen.
export type Point = [number, number];

// Whether a place lies within a closed outline (even-odd rule).
export function inside(outline: Point[], x: number, y: number): boolean {
  let within = false;
  for (let at = 0, before = outline.length - 1; at < outline.length; before = at++) {
    const [ax, ay] = outline[at];
    const [bx, by] = outline[before];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) within = !within;
  }
  return within;
}

// At most so many corners, the shape kept as far as that goes: corners that bend least go first.
export function simplified(outline: Point[], most: number): Point[] {
  const kept = [...outline];
  while (kept.length > Math.max(most, 3)) {
    let least = Infinity;
    let at = 0;
    for (let corner = 0; corner < kept.length; ++corner) {
      const [a, b, c] = [kept.at(corner - 1)!, kept[corner], kept[(corner + 1) % kept.length]];
      const area = Math.abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1]));
      if (area < least) [least, at] = [area, corner];
    }
    kept.splice(at, 1);
  }
  return kept;
}

export type Direction = 'left' | 'right' | 'up' | 'down';

// The next point in a direction, by screen places: near and straight ahead before far and aside. -1: none.
export function nextPoint(x: Float32Array, y: Float32Array, from: number, direction: Direction): number {
  const across = direction === 'left' || direction === 'right';
  const sign = direction === 'right' || direction === 'down' ? 1 : -1;
  let best = -1;
  let least = Infinity;
  for (let row = 0; row < x.length; ++row) {
    if (row === from || Number.isNaN(x[row])) continue;
    const [dx, dy] = [x[row] - x[from], y[row] - y[from]];
    const ahead = sign * (across ? dx : dy);
    const aside = Math.abs(across ? dy : dx);
    if (ahead <= 0 || aside > 2 * ahead) continue;
    const cost = ahead + 2 * aside;
    if (cost < least) [least, best] = [cost, row];
  }
  return best;
}

// Round numbers within a range, about so many.
export function ticks(low: number, high: number, about: number): number[] {
  if (!(high > low)) return [low];
  const rough = (high - low) / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough)!;
  const found: number[] = [];
  // Adding 0 makes no -0 of a range that begins just below zero.
  for (let at = Math.ceil(low / step); at * step <= high + 1e-9 * step; ++at) found.push(at * step + 0);
  return found;
}

// 1, 2 and 5 times the powers of ten within a range above 0.
export function roundNumbers(low: number, high: number): number[] {
  const found: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); ++power) {
    for (const one of [1, 2, 5]) {
      const mark = Number(`${one}e${power}`);
      if (mark >= low && mark <= high) found.push(mark);
    }
  }
  return found;
}

export function quantile(sorted: number[], share: number): number {
  return sorted[Math.round(share * (sorted.length - 1))];
}
