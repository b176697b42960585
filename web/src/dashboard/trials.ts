import {ticks} from './map/geometry';

// What `aisle tune` tried (api/v1/tunings), and where each trial stands on the picture of the trade-off.
export interface Trial {
  trial: number;
  values: Record<string, string>;
  settings: string[];
  problem: string | null;
  n_clusters: number | null; // null, as all figures, where there is a problem
  n_noise: number | null;
  noise_share: number | null;
  smallest: number | null;
  dbcv: number | null;
  silhouette: number | null;
  stability: number | null;
  on_front: boolean;
}

export interface Tuning {
  tuning: string;
  finished_at: string;
  n_stores: number;
  recommended: number | null;
  reason: string;
  searched: string[];
  trials: Trial[];
}

// The recommended one, the front, the others; each by DBCV, those without one last.
export function inOrder(tuning: Tuning): Trial[] {
  const rank = (trial: Trial) => (trial.trial === tuning.recommended ? 0 : trial.on_front ? 1 : 2);
  return [...tuning.trials].sort((a, b) => rank(a) - rank(b) || (b.dbcv ?? -Infinity) - (a.dbcv ?? -Infinity) || a.trial - b.trial);
}

export interface PlacedTrial {
  trial: Trial;
  x: number;
  y: number;
  radius: number;
}

export interface Tick {
  axis: 'x' | 'y';
  value: number;
  at: number;
}

// Silhouette across, DBCV upwards; areas are proportional to the number of clusters. Trials without both are left out.
export function placedTrials(tuning: Tuning, width: number, height: number): {points: PlacedTrial[]; ticks: Tick[]} {
  const there = tuning.trials.filter((trial) => trial.dbcv !== null && trial.silhouette !== null);
  if (!there.length) return {points: [], ticks: []};
  const across = scale(there.map((trial) => trial.silhouette!), 50, width - 10);
  const up = scale(there.map((trial) => trial.dbcv!), height - 40, 10);
  const most = Math.max(...there.map((trial) => trial.n_clusters!));
  const points = there.map((trial) => ({
    trial,
    x: across.place(trial.silhouette!),
    y: up.place(trial.dbcv!),
    radius: 3 + 7 * Math.sqrt(trial.n_clusters! / most),
  }));
  // The recommended one is drawn last, above the others.
  points.sort((a, b) => Number(a.trial.trial === tuning.recommended) - Number(b.trial.trial === tuning.recommended));
  const marks = [
    ...across.ticks.map((value) => ({axis: 'x' as const, value, at: across.place(value)})),
    ...up.ticks.map((value) => ({axis: 'y' as const, value, at: up.place(value)})),
  ];
  return {points, ticks: marks};
}

function scale(values: number[], from: number, to: number) {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const margin = Math.max(0.02, 0.08 * (high - low));
  const place = (value: number) => from + ((value - low + margin) / (high - low + 2 * margin)) * (to - from);
  return {place, ticks: ticks(low - margin, high + margin, 5)};
}
