// Where the user is: the page and its state, kept in the address so that a link shows a colleague the same view.
import {changed, formatAddress, parseAddress, type Params} from './address';

class Route {
  page = $state('');
  params: Params = $state.raw({});

  constructor() {
    this.#read();
    addEventListener('hashchange', () => this.#read());
    addEventListener('popstate', () => this.#read());
  }

  get(key: string, otherwise = ''): string {
    return this.params[key] ?? otherwise;
  }

  // Changes the view in place: going back leads to the page before, not through every click on a control.
  set(changes: Record<string, string | null>) {
    this.params = changed(this.params, changes);
    history.replaceState(null, '', formatAddress({page: this.page, params: this.params}));
  }

  href(page: string, params: Params = {}): string {
    return formatAddress({page, params});
  }

  go(page: string, params: Params = {}) {
    location.hash = this.href(page, params);
  }

  #read() {
    const {page, params} = parseAddress(location.hash);
    this.page = page;
    this.params = params;
  }
}

export const route = new Route();
