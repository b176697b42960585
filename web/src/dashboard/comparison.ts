// Two runs side by side: the document aisle-comparison (docs/insight.md), fetched from api/v1/comparison.
export interface Comparison {
  a: {run: string; fit: string; verdict: string; clusters: number[]};
  b: {run: string; fit: string; verdict: string; clusters: number[]};
  n_shared: number;
  n_stay: number;
  n_move: number;
  n_unplaced: number;
  revenue_stay: number | null;
  revenue_move: number | null;
  adjusted_rand_index: number | null;
  a_clusters: {cluster: number; n_stores: number; fate: string; continued_by: number | null; led_to: number[]}[];
  b_clusters: {cluster: number; n_stores: number; became: string; continues: number | null; came_from: number[]}[];
  stores: number[][]; // the last row and column: in no cluster
  revenue: (number | null)[][];
  moved: {store_id: string[]; from: number[]; to: number[]; revenue: (number | null)[]};
  only_a: {store_id: string[]};
  only_b: {store_id: string[]};
  metrics: {metric: string; label: string; unit: 'count' | 'share' | 'score' | 'money'; a: number | null; b: number | null; difference: number | null}[];
  options: {option: string; a: string | null; b: string | null}[];
}

export interface Mover {
  store_id: string;
  from: number;
  to: number;
  revenue: number | null;
}

// The stores that move, those with most sales first.
export function movers({moved}: Comparison): Mover[] {
  return moved.store_id
    .map((store_id, at) => ({store_id, from: moved.from[at], to: moved.to[at], revenue: moved.revenue[at] ?? null}))
    .sort((a, b) => (b.revenue ?? 0) - (a.revenue ?? 0) || (a.store_id < b.store_id ? -1 : 1));
}
