import {expect, test} from 'vitest';
import {inOrder, placedTrials, type Trial, type Tuning} from '../../../web/src/dashboard/trials';

const trial = (number: number, dbcv: number | null, silhouette: number | null, n_clusters: number, on_front = false): Trial => ({
  trial: number, values: {}, settings: [], problem: null, n_clusters, n_noise: 0, noise_share: 0, smallest: 5, dbcv, silhouette, stability: null, on_front,
});
const tuning: Tuning = {
  tuning: 't', finished_at: '', n_stores: 10, recommended: 3, reason: '', searched: [],
  trials: [trial(1, null, null, 0), trial(2, 0.4, 0.1, 2, true), trial(3, 0.2, 0.3, 8, true), trial(4, 0.3, 0.05, 2)],
};

test('the recommended trial comes first, then the front, those without figures last', () => {
  expect(inOrder(tuning).map((one) => one.trial)).toEqual([3, 2, 4, 1]);
});

test('a better trial stands higher and further right; areas follow the number of clusters', () => {
  const {points, ticks} = placedTrials(tuning, 560, 320);
  expect(points.map((one) => one.trial.trial)).toEqual([2, 4, 3]);
  const [second, , third] = points;
  expect(second.y).toBeLessThan(third.y);
  expect(second.x).toBeLessThan(third.x);
  expect(second.radius).toBeLessThan(third.radius);
  for (const {x, y} of points) expect(x > 50 && x < 550 && y > 10 && y < 280).toBe(true);
  expect(new Set(ticks.map((one) => one.axis))).toEqual(new Set(['x', 'y']));
});

test('a trial with a problem has no figures, comes last and is not drawn', () => {
  const impossible = {...trial(5, null, null, 0), n_clusters: null, n_noise: null, noise_share: null, smallest: null, problem: 'no 9 clusters'};
  const with_it = {...tuning, trials: [impossible, ...tuning.trials]};
  expect(inOrder(with_it).at(-1)!.trial).toBe(5);
  expect(placedTrials(with_it, 560, 320).points).toHaveLength(3);
});

test('nothing is drawn where no trial has two clusters', () => {
  expect(placedTrials({...tuning, trials: [trial(1, null, null, 0)]}, 560, 320)).toEqual({points: [], ticks: []});
});
