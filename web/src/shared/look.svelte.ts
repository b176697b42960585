// What charts must follow: the screen's colours, and whether the page is being printed.
import {flushSync} from 'svelte';
import {lightTokens, readTokens, type Tokens} from './palette';

class Look {
  tokens: Tokens = $state.raw(readTokens());
  printing = $state(false);
  // The served page's Content-Security-Policy refuses the style attributes that an SVG drawing has.
  onlyCanvas = false;

  constructor() {
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
      this.tokens = readTokens();
    });
    addEventListener('beforeprint', () => {
      // The charts must be redrawn when this returns: the printer does not wait.
      flushSync(() => {
        this.printing = true;
        this.tokens = lightTokens();
      });
    });
    addEventListener('afterprint', () => {
      this.printing = false;
      this.tokens = readTokens();
    });
  }
}

export const look = new Look();
