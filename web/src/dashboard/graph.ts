// How the assets stand on paper: a column for each step, each asset just before what is made from it.
import type {Asset} from './api';

export interface PlacedAsset {
  asset: Asset;
  column: number;
  row: number;
}

export function placedAssets(assets: Asset[]): PlacedAsset[] {
  const column = new Map<string, number>();
  for (const {key, depends_on} of assets) column.set(key, Math.max(-1, ...depends_on.map((one) => column.get(one) ?? -1)) + 1);
  for (const {key} of [...assets].reverse()) {
    const after = assets.filter((one) => one.depends_on.includes(key)).map((one) => column.get(one.key)!);
    if (after.length) column.set(key, Math.min(...after) - 1);
  }
  const rows: number[] = [];
  return assets.map((asset) => {
    const at = column.get(asset.key)!;
    rows[at] = (rows[at] ?? -1) + 1;
    return {asset, column: at, row: rows[at]};
  });
}

// Only what nothing between says: an edge is left out where a longer way leads along it.
export function directEdges(assets: Asset[]): [from: string, to: string][] {
  const before = new Map<string, Set<string>>();
  for (const asset of assets) {
    const all = new Set(asset.depends_on);
    for (const key of asset.depends_on) for (const one of before.get(key) ?? []) all.add(one);
    before.set(asset.key, all);
  }
  return assets.flatMap((asset) =>
    asset.depends_on.filter((key) => !asset.depends_on.some((other) => before.get(other)?.has(key))).map((key): [string, string] => [key, asset.key]),
  );
}
