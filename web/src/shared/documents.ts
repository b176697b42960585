// The insight documents (docs/insight.md), as the report holds them and the served page fetches them.
// Arrays "by cluster" follow `clusters` of their document; arrays "by store" follow the rows of stores.json.
export type Unit = 'amount' | 'share' | 'ratio' | 'years';
type Maybe = number | null;

export interface Trait {
  column: string;
  level: string | null;
  label: string;
  unit: Unit;
  value: number;
  chain: number;
  effect: number;
  v_test: number;
  active: boolean;
}

export interface Segment {
  cluster: number;
  n_stores: number;
  n_inferred: number;
  share_of_stores: number;
  revenue: Maybe;
  share_of_revenue: Maybe;
  stability?: {mean_jaccard: number; band: string} | null;
  sets_apart: Trait[];
}

export type Grade = 'strong' | 'fair' | 'weak';

export interface Verdict {
  grade: Grade;
  sentence: string;
  aspects: {name: string; grade: Grade; value: Maybe; reason: string; remedy: string | null}[];
}

export interface Segments {
  project: string;
  currency: string;
  n_stores: number;
  n_fitted: number;
  n_noise: number;
  n_inferred: number;
  n_assigned: number;
  n_left_out: number;
  n_unassigned: number;
  revenue: Maybe;
  segments: Segment[];
  null_line?: {n_runs: number; n_found: number; least: Maybe; most: Maybe} | null;
  notes: string[];
  verdict: Verdict;
}

export interface NumberProfile {
  column: string;
  label: string;
  unit: Unit;
  active: boolean;
  chain: {n: number; mean: Maybe; deviation: Maybe; min: Maybe; q1: Maybe; median: Maybe; q3: Maybe; max: Maybe};
  n: number[];
  mean: Maybe[];
  min: Maybe[];
  q1: Maybe[];
  median: Maybe[];
  q3: Maybe[];
  max: Maybe[];
  effect: Maybe[];
  v_test: Maybe[];
}

export interface LevelProfile {
  level: string;
  chain: number;
  share: number[];
  effect: Maybe[];
  v_test: Maybe[];
}

export interface CategoryProfile {
  column: string;
  label: string;
  active: boolean;
  n_levels: number;
  levels: LevelProfile[];
}

export interface StoreDistance {
  row: number;
  distance: number;
}

export interface Profiles {
  clusters: number[];
  n_stores: number[];
  nearest: Maybe[];
  nearest_distance: Maybe[];
  numbers: NumberProfile[];
  categories: CategoryProfile[];
  against_nearest: Trait[][];
  typical?: StoreDistance[][];
  atypical?: StoreDistance[][];
}

export interface Figure {
  column: string;
  level: string | null;
  label: string;
  unit: Unit;
  value: Maybe;
  chain: Maybe;
  ratio: Maybe;
}

export interface Persona {
  cluster: number;
  name: string;
  tags: string[];
  actions: {tag: string; action: string; figures: Figure[]}[];
}

export interface Personas {
  rules: {source: string; n_rules: number; skipped: string[]};
  personas: Persona[];
}

export interface Feature {
  column: string;
  label: string;
  unit: Unit;
  active: boolean;
  kind: 'number' | 'category';
  levels?: string[];
}

// Whole as it is served. The report lacks what it does not show (cluster, next_sure, why_not), and with very many
// stores the lists from `features` to `alike` are empty there.
export interface Stores {
  store_id: string[];
  name: string[] | null;
  revenue: Maybe[] | null;
  cluster: number[];
  final_cluster: number[];
  in_fit: number[];
  inferred: number[];
  sure: Maybe[];
  next_best: Maybe[] | null;
  next_sure: Maybe[] | null;
  margin: Maybe[];
  features: Feature[];
  values: Maybe[][];
  why: [number, number][][];
  why_not: [number, number][][];
  move: [number, number][][];
  alike: (number[] | null)[];
  flags: Record<string, number[]>;
}

export interface Monthly {
  months: string[];
  complete: number[];
  sales?: (number[] | null)[];
  clusters: number[];
  by_cluster: number[][];
  chain: number[];
}

export interface Prize {
  absent: string | null;
  measure: string;
  label: string;
  from: string;
  until: string;
  clusters: number[];
  median: Maybe[];
  upper_quartile: Maybe[];
  n_below_median: number[];
  to_median: Maybe[];
  n_below_upper_quartile: number[];
  to_upper_quartile: Maybe[];
  total: {to_median: number; to_upper_quartile: number};
  store_to_median?: Maybe[];
  store_to_upper_quartile?: Maybe[];
}

export interface Change {
  absent: string | null;
  column: string;
  labels: string[];
  clusters: number[];
  stores: number[][];
  revenue: Maybe[][];
  unassigned: number[];
  match: Maybe[];
  n_stores: number;
  n_stay: number;
  n_move: number;
  revenue_stay: Maybe;
  revenue_move: Maybe;
  n_without_label: number;
  adjusted_rand_index: Maybe;
}

export interface Drivers {
  metric: string;
  n_stores: number;
  groups: {
    entry: string;
    label: string;
    columns: string[];
    role: string;
    share: number;
    without_clusters: Maybe;
    without_noise: Maybe;
    without_ari: Maybe;
  }[];
}

export interface Expectation {
  name: string;
  suite: string;
  type: string;
  severity: string;
  success: boolean;
  n_failed: Maybe;
  quarantine: boolean; // rows that break it are set aside
  message: string;
}

export interface DataState {
  from: string | null;
  until: string | null;
  as_of: string | null;
  n_stores: number;
  n_fitted: number;
  n_assigned: number;
  n_left_out: number;
  checks: {
    success: boolean;
    message: string;
    expectations: number;
    failed: number;
    quarantined: number;
    tables: {name: string; rows: number; quarantined: number; expectations: Expectation[]}[];
  } | null;
  missing: {column: string; label: string; n_missing: number}[];
  groups: unknown[];
  lost: unknown[];
  notes: string[];
  model_notes: string[];
  options: Record<string, string>;
  version: string;
}

export interface StoreMap {
  tsne: {x: Maybe[]; y: Maybe[]; perplexity: number} | null;
  axes: {x: Maybe[]; y: Maybe[]; explained: number[]} | null;
}

export interface Page {
  audience: 'full' | 'exec';
  project: string;
  currency: string;
  locale: string;
}

export interface Documents {
  page: Page;
  segments: Segments;
  profiles?: Profiles;
  personas?: Personas;
  stores?: Stores;
  monthly?: Monthly;
  prize?: Prize;
  change?: Change;
  drivers?: Drivers;
  data?: DataState;
  map?: StoreMap;
}

// From the <script type="application/json" id="aisle-NAME"> elements of this page.
export function embeddedDocuments(): Documents {
  const found: Record<string, unknown> = {};
  for (const element of document.querySelectorAll('script[type="application/json"][id^="aisle-"]')) {
    found[element.id.slice('aisle-'.length)] = JSON.parse(element.textContent!);
  }
  return found as unknown as Documents;
}

// A cluster's name for people: its persona, or its number.
export function clusterName(documents: Documents, cluster: number): string {
  if (cluster < 0) return 'in no cluster';
  return documents.personas?.personas.find((persona) => persona.cluster === cluster)?.name ?? `Cluster ${cluster}`;
}

export function storeName(stores: Stores, row: number): string {
  return stores.name?.[row] || stores.store_id[row];
}
