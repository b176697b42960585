// The API beside the page (aisle/serve/openapi.json), relative to wherever the page stands.
export type RunState = 'running' | 'succeeded' | 'failed' | 'cancelled' | 'interrupted';

export interface Run {
  id: string;
  verb: string;
  status: RunState;
  started_at: string;
  finished_at: string | null;
  seconds: number;
  message: string;
  is_kept: boolean;
  tracking_url: string | null;
  metrics: Record<string, Record<string, number>>;
}

export interface RunDetail extends Run {
  options: Record<string, string>;
  assets: {asset: string; status: 'made' | 'left' | 'failed'; why: string; n_rows: number | null; n_bytes: number; seconds: number; peak_bytes: number}[];
  checks: {asset: string; name: string; passed: boolean; severity: string; n_failed: number; message: string}[];
}

export interface CurrentRun {
  id: string;
  started_at: string;
  is_cancelling: boolean;
  only: string[];
  from: string;
  force: boolean;
  set: string[];
}

export interface Project {
  name: string;
  folder: string;
  version: string;
  currency: string;
  locale: string;
  read_only: boolean;
  has_report: boolean;
  fit: string | null;
  documents: string[];
  platform: {dagster?: string; mlflow?: string};
  last_run: Run | null;
  current_run: CurrentRun | null;
}

export type Freshness = 'fresh' | 'stale' | 'missing' | 'failed';

export interface AssetStatus {
  asset: string;
  state: Freshness;
  why: string;
  n_rows?: number;
  n_bytes?: number;
  made_at?: string;
  run?: string;
}

export interface Asset {
  key: string;
  title: string;
  description: string;
  kind: 'source' | 'derived';
  depends_on: string[];
}

export interface TablePage {
  n_rows: number;
  offset: number;
  columns: {name: string; type: string; label: string; unit: string}[];
  values: (string | number | boolean | null)[][];
}

// What went wrong, in words for people: what happened, and what to do.
export class ApiError extends Error {
  constructor(
    readonly status: number, // 0: no answer at all
    message: string,
    readonly remedy: string,
  ) {
    super(message);
  }
}

async function answer(path: string, init?: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(`api/v1/${path}`, {cache: 'no-cache', ...init});
  } catch {
    throw new ApiError(0, 'The server does not answer.', 'Is `aisle serve` still running? Your last result is unchanged.');
  }
  if (response.ok) return response;
  const body = await response.json().catch(() => null);
  if (response.status === 401) {
    throw new ApiError(401, 'This server asks for a token.', 'Open the address that `aisle serve` printed, with ?token= at its end, once.');
  }
  throw new ApiError(response.status, body?.what ? [body.where, body.what].filter(Boolean).join(': ') : `The server answered ${response.status}.`,
    [body?.expected ? `Expected: ${body.expected}.` : '', body?.remedy ?? ''].filter(Boolean).join(' '));
}

export async function get<T>(path: string): Promise<T> {
  return (await answer(path)).json();
}

// undefined where there is none.
export async function getIfThere<T>(path: string): Promise<T | undefined> {
  try {
    return await get<T>(path);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

export async function post<T>(path: string, body: unknown): Promise<T> {
  const init = {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(body)};
  return (await answer(path, init)).json();
}

export async function remove<T>(path: string): Promise<T> {
  return (await answer(path, {method: 'DELETE'})).json();
}
