import {expect, test} from 'vitest';
import {inside, nextPoint, roundNumbers, simplified, ticks, type Point} from '../../../web/src/dashboard/map/geometry';
import {noZoom, View} from '../../../web/src/dashboard/map/view';

const box = {width: 200, height: 100, left: 10, right: 10, top: 10, bottom: 10};
const space = {key: 'tsne', x: [0, 10, null, 5], y: [0, 20, 3, 10]};

test('inside an outline, a hollow of it included', () => {
  const c: Point[] = [[0, 0], [10, 0], [10, 3], [3, 3], [3, 7], [10, 7], [10, 10], [0, 10]];
  expect(inside(c, 1, 5)).toBe(true);
  expect(inside(c, 5, 5)).toBe(false);
  expect(inside(c, 5, 1)).toBe(true);
  expect(inside(c, 11, 1)).toBe(false);
});

test('an outline keeps its shape with fewer corners', () => {
  const circle = Array.from({length: 400}, (_, at): Point => [Math.cos((at / 200) * Math.PI), Math.sin((at / 200) * Math.PI)]);
  const few = simplified(circle, 32);
  expect(few.length).toBe(32);
  for (let at = 0; at < 400; at += 7) {
    const [x, y] = circle[at];
    expect(inside(few, x * 0.95, y * 0.95)).toBe(true);
    expect(inside(few, x * 1.05, y * 1.05)).toBe(false);
  }
});

test('round ticks, none of them -0', () => {
  expect(ticks(-0.4, 260, 5)).toEqual([0, 100, 200]);
  expect(Object.is(ticks(-0.4, 260, 5)[0], 0)).toBe(true);
  expect(ticks(3, 3, 5)).toEqual([3]);
});

test('round numbers of a logarithmic scale', () => {
  expect(roundNumbers(0.4, 12)).toEqual([0.5, 1, 2, 5, 10]);
  expect(roundNumbers(3, 3)).toEqual([]);
});

test('the arrow keys go to what lies ahead', () => {
  const x = Float32Array.from([0, 10, 3, NaN, -5]);
  const y = Float32Array.from([0, 0, 9, 0, 1]);
  expect(nextPoint(x, y, 0, 'right')).toBe(1);
  expect(nextPoint(x, y, 0, 'down')).toBe(2);
  expect(nextPoint(x, y, 0, 'left')).toBe(4);
  expect(nextPoint(x, y, 1, 'right')).toBe(-1);
});

test('places go to the screen and back, whatever the zoom', () => {
  for (const zoom of [noZoom, {k: 3, dx: 40, dy: -20}]) {
    const view = new View(space, box, zoom);
    expect(view.x[2]).toBeNaN();
    const [x, y] = view.place(view.x[1], view.y[1]);
    expect(x).toBeCloseTo(10, 4);
    expect(y).toBeCloseTo(20, 4);
  }
  const view = new View(space, box, noZoom);
  expect(view.hit(view.x[3] + 2, view.y[3], 5, null)).toBe(3);
  expect(view.hit(view.x[3] + 2, view.y[3], 5, Uint8Array.from([1, 1, 1, 0]))).toBe(-1);
  expect(view.y[0]).toBeGreaterThan(view.y[1]);
});

test('on a geographic map a kilometre is as long in both directions', () => {
  const view = new View({...space, aspect: 1.5}, box, noZoom);
  expect(view.down(0) - view.down(1)).toBeCloseTo(1.5 * (view.across(1) - view.across(0)), 3);
});
