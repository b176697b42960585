// Four stores in two clusters, one of them inferred, one in none.
import type {Documents} from '../../../web/src/shared/documents';

export const documents = {
  page: {audience: 'full', project: 'p', currency: 'EUR', locale: 'en-US'},
  segments: {segments: []},
  personas: {rules: {source: 'built in', n_rules: 0, skipped: []}, personas: [{cluster: 0, name: 'Large', tags: [], actions: []}]},
  stores: {
    store_id: ['a1', 'a2', 'b1', 'b2'],
    name: ['North, old', 'North', 'South', 'East'],
    revenue: [4, 3, 2, 1],
    final_cluster: [0, 0, 1, -1],
    inferred: [0, 1, 0, 0],
    sure: [1, 0.5, 0.9, null],
    next_best: [1, 1, 0, null],
    margin: [0.5, -0.1, 0.4, null],
    features: [
      {column: 'size_m2', label: 'size', unit: 'amount', active: true, kind: 'number'},
      {column: 'regional', label: 'region', unit: 'share', active: true, kind: 'category', levels: ['N', 'S, far', 'back\\slash']},
    ],
    values: [
      [10, 20, null, 40],
      [0, 0, 1, 2],
    ],
  },
  map: {tsne: {x: [0, 1, 2, null], y: [0, 1, 2, null], perplexity: 5}, axes: null},
} as unknown as Documents;
