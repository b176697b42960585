// A view as an address: "#/explorer?cluster=0,2&colour=size_m2". What is not said stands at its default.
export type Params = Record<string, string>;

export interface Address {
  page: string;
  params: Params;
}

export const firstPage = 'overview';

export function parseAddress(hash: string): Address {
  const text = hash.replace(/^#\/?/, '');
  const at = text.indexOf('?');
  const page = at < 0 ? text : text.slice(0, at);
  const params: Params = {};
  if (at >= 0) for (const [key, value] of new URLSearchParams(text.slice(at + 1))) params[key] = value;
  return {page: page || firstPage, params};
}

export function formatAddress({page, params}: Address): string {
  const query = Object.keys(params)
    .sort()
    .map((key) => `${readable(key)}=${readable(params[key])}`)
    .join('&');
  return `#/${page}${query ? '?' + query : ''}`;
}

// Commas and colons do no harm in a fragment, and the address stays readable.
function readable(text: string): string {
  return encodeURIComponent(text).replace(/%2C/g, ',').replace(/%3A/g, ':').replace(/%20/g, '+');
}

// `params` with changes; null takes one away.
export function changed(params: Params, changes: Record<string, string | null>): Params {
  const next = {...params};
  for (const [key, value] of Object.entries(changes)) {
    if (value === null) delete next[key];
    else next[key] = value;
  }
  return next;
}
