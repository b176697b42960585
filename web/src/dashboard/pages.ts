// The pages, in the order in which a reader needs them; each is fetched when it is opened.
import type {Component} from 'svelte';

export interface PageEntry {
  key: string;
  title: string;
  group: number; // a line stands between groups
  under?: string; // not in the list itself, but part of that page
  load: () => Promise<{default: Component}>;
}

export const pages: PageEntry[] = [
  {key: 'overview', title: 'Overview', group: 0, load: () => import('./pages/Overview.svelte')},
  {key: 'explorer', title: 'Explorer', group: 0, load: () => import('./pages/Explorer.svelte')},
  {key: 'clusters', title: 'Clusters', group: 0, load: () => import('./pages/Clusters.svelte')},
  {key: 'insights', title: 'Insights', group: 0, load: () => import('./pages/Insights.svelte')},
  {key: 'stores', title: 'Stores', group: 0, load: () => import('./pages/Stores.svelte')},
  {key: 'store', title: 'Store', group: 0, under: 'stores', load: () => import('./pages/Store.svelte')},
  {key: 'change', title: 'Change', group: 1, load: () => import('./pages/Change.svelte')},
  {key: 'tuning', title: 'Tuning', group: 1, load: () => import('./pages/Tuning.svelte')},
  {key: 'data', title: 'Data integrity', group: 2, load: () => import('./pages/DataIntegrity.svelte')},
  {key: 'pipeline', title: 'Pipeline', group: 2, load: () => import('./pages/Pipeline.svelte')},
];
