// What the API answers on another choice of clusters (api/v1/tuning), and how the tree of choices is laid out.
export interface TreeNode {
  id: number;
  parent: number | null;
  size: number;
  born: number | null;
  dies: number;
  stability: number | null;
  cluster: number | null;
  distance: number[];
  n_left: number[];
}

export interface Tree {
  fit: string;
  n_stores: number;
  min_cluster_size: number;
  nodes: TreeNode[];
}

export interface Selection {
  fit: string;
  n_stores: number;
  min_cluster_size: number;
  epsilon: number;
  method: 'eom' | 'leaf';
  clusters_asked: number | null;
  n_clusters: number;
  n_noise: number;
  noise_share: number;
  stability: number | null;
  free_stability: number | null;
  is_current: boolean;
  n_moved: number;
  clusters: {size: number; persistence: number | null; node: number; cluster: number | null; revenue: number | null}[];
  labels: (number | null)[];
  dbcv: number | null;
  silhouette: number | null;
  set: string[] | null;
}

export interface Counts {
  min_cluster_size: number;
  epsilon: number;
  free_clusters: number;
  counts: {clusters: number; stability: number | null; n_noise: number; smallest: number; largest: number}[];
}

export interface PlacedNode extends TreeNode {
  middle: number; // across, in stores
  top: number; // distance at which it begins
}

// Side by side below their parent, each as wide as its stores, in the order of their ids.
export function placedNodes(tree: Tree): PlacedNode[] {
  const children = new Map<number, TreeNode[]>();
  for (const node of tree.nodes) {
    if (node.parent !== null) children.set(node.parent, [...(children.get(node.parent) ?? []), node]);
  }
  const highest = Math.max(...tree.nodes.flatMap((node) => [node.born ?? 0, node.dies, ...node.distance]));
  const placed: PlacedNode[] = [];
  function place(node: TreeNode, left: number) {
    placed.push({...node, middle: left + node.size / 2, top: node.born ?? highest * 1.03});
    const below = children.get(node.id) ?? [];
    let at = left + (node.size - below.reduce((sum, child) => sum + child.size, 0)) / 2;
    for (const child of below) {
      place(child, at);
      at += child.size;
    }
  }
  const root = tree.nodes.find((node) => node.parent === null);
  if (root) place(root, 0);
  return placed;
}

// The outline of a node: its width shrinks as stores leave it. `across` and `down` put stores and distances on paper.
export function outlineOf(node: PlacedNode, across: (stores: number) => number, down: (distance: number) => number): string {
  const steps: [distance: number, n: number][] = [[node.top, node.size]];
  let n = node.size;
  node.distance.forEach((distance, at) => {
    steps.push([distance, n]);
    n = node.n_left[at];
    steps.push([distance, n]);
  });
  steps.push([node.dies, n]);
  const side = (sign: number) => steps.map(([distance, width]) => `${across(node.middle + (sign * width) / 2).toFixed(1)} ${down(distance).toFixed(1)}`);
  return `M${side(-1).join('L')}L${side(1).reverse().join('L')}Z`;
}
