// Where the labels of a picture go: beside their own points, on no point and on no other label.
// aisle/report/label_places.h does the same for the first screen's picture.
export type Point = readonly [number, number];

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

const cell = 2; // of the count of marks, in pixels
const step = 6; // between the places that are looked at
const edge = 6;
const farthest = 40; // from its own points: further off it would name others
const labelCounts = 1e4; // a label on a label is worse than on any points
const mostOwn = 64;

function meet(a: Box, b: Box): boolean {
  return a.left < b.left + b.width && b.left < a.left + a.width && a.top < b.top + b.height && b.top < a.top + a.height;
}

export class LabelPlaces {
  private readonly cols: number;
  private readonly sums: Float64Array; // marks' cells in the rectangle from the corner to each cell
  private readonly taken: Box[] = [];

  constructor(
    private readonly width: number,
    private readonly height: number,
    points: readonly Point[],
    radius: number,
  ) {
    this.cols = Math.floor(width / cell) + 2;
    const rows = Math.floor(height / cell) + 2;
    this.sums = new Float64Array(this.cols * rows);
    const at = (value: number, most: number) => Math.floor(Math.min(Math.max(value, 0), most) / cell) + 1;
    for (const [x, y] of points) {
      if (x < -radius || y < -radius || x > width + radius || y > height + radius) continue;
      for (let row = at(y - radius, height); row <= at(y + radius, height); ++row) {
        for (let col = at(x - radius, width); col <= at(x + radius, width); ++col) ++this.sums[row * this.cols + col];
      }
    }
    for (let row = 1; row < rows; ++row) {
      for (let col = 1; col < this.cols; ++col) {
        const here = row * this.cols + col;
        this.sums[here] += this.sums[here - this.cols] + this.sums[here - 1] - this.sums[here - this.cols - 1];
      }
    }
  }

  // The place beside `own` that touches the least, and of those the one nearest to one of them; undefined in a
  // picture that is too small for it.
  find(own: readonly Point[], width: number, height: number): {box: Box; touched: number} | undefined {
    const some = own.filter((_, at) => at % (Math.floor(own.length / mostOwn) + 1) === 0);
    const middle = some[Math.floor(some.length / 2)];
    let best: {box: Box; touched: number} | undefined;
    let least = Infinity;
    for (let top = edge; top + height + edge <= this.height; top += step) {
      for (let left = edge; left + width + edge <= this.width; left += step) {
        const box = {left, top, width, height};
        const touched = this.touched(box);
        if (best && touched > best.touched) continue;
        const apart = Math.min(
          ...some.map(([x, y]) =>
            Math.hypot(Math.max(left - x, x - left - width, 0), Math.max(top - y, y - top - height, 0)),
          ),
        );
        if (middle && apart > farthest) continue;
        // Of places equally near the one in the middle of its points.
        const distance = !middle ? 0 : apart + 0.05 * Math.hypot(left + width / 2 - middle[0], top + height / 2 - middle[1]);
        if (!best || touched < best.touched || distance < least) {
          best = {box, touched};
          least = distance;
        }
      }
    }
    return best;
  }

  // Keeps later labels off `box`.
  take(box: Box) {
    this.taken.push(box);
  }

  // Points that the label covers or touches; each label that it meets counts many.
  private touched(box: Box): number {
    const {left, top} = box;
    const right = left + box.width;
    const bottom = top + box.height;
    const marks =
      this.before(right, bottom) +
      this.before(left - cell, top - cell) -
      this.before(left - cell, bottom) -
      this.before(right, top - cell);
    return marks + labelCounts * this.taken.filter((other) => meet(box, other)).length;
  }

  private before(x: number, y: number): number {
    const at = (value: number, most: number) => (value < 0 ? 0 : Math.floor(Math.min(value, most) / cell) + 1);
    return this.sums[at(y, this.height) * this.cols + at(x, this.width)];
  }
}
