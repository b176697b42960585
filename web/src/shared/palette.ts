// A cluster's colour and shape, the same everywhere; aisle/report/cluster_mark.h is the same for the first screen.
const colours = 8;
const shapes = ['circle', 'rect', 'diamond', 'triangle', 'path://M0 0L10 0L5 10Z'];

export function colourClass(cluster: number): string {
  return cluster < 0 ? 'none' : `c${cluster % colours}`;
}

export function shapeIndex(cluster: number): number {
  return cluster < 0 ? 0 : Math.floor(cluster / colours) % shapes.length;
}

// ECharts' name of the shape.
export function symbol(cluster: number): string {
  return shapes[shapeIndex(cluster)];
}

// The page's tokens as charts need them: resolved colours.
export interface Tokens {
  ground: string;
  line: string;
  text: string;
  quiet: string;
  accent: string;
  low: string;
  high: string;
  noise: string;
  clusters: string[];
}

export function readTokens(): Tokens {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    ground: token('ground'),
    line: token('line'),
    text: token('text'),
    quiet: token('quiet'),
    accent: token('accent'),
    low: token('low'),
    high: token('high'),
    noise: token('noise'),
    clusters: Array.from({length: colours}, (_, at) => token(`c${at}`)),
  };
}

// The light tokens whatever the screen shows: paper and saved pictures are light.
export function lightTokens(): Tokens {
  const root = document.documentElement;
  const before = root.hasAttribute('data-light');
  root.setAttribute('data-light', '');
  const tokens = readTokens();
  if (!before) root.removeAttribute('data-light');
  return tokens;
}

export function clusterColour(tokens: Tokens, cluster: number): string {
  return cluster < 0 ? tokens.noise : tokens.clusters[cluster % colours];
}
