// Numbers, shares and money as the project's locale writes them; aisle/insight/number_words.h is the same for the
// first screen. At most three significant digits: the downloads have all of them.
import type {Unit} from './documents';

const space = '\u00a0';

function knownLocale(locale: string): string {
  try {
    return Intl.getCanonicalLocales(locale.replace('_', '-'))[0] ?? 'en-US';
  } catch {
    return 'en-US';
  }
}

export class Format {
  readonly locale: string;

  constructor(
    locale: string,
    readonly currency: string,
  ) {
    this.locale = knownLocale(locale);
  }

  fixed(value: number, decimals: number): string {
    const text = new Intl.NumberFormat(this.locale, {
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
    }).format(value);
    return Number(value.toFixed(decimals)) === 0 ? text.replace(/^[-\u2212]/, '') : text;
  }

  whole(value: number): string {
    return this.fixed(Math.round(value), 0);
  }

  brief(value: number): string {
    const size = Math.abs(value);
    if (size < 9999.5) return this.fixed(value, size < 9.995 ? 2 : size < 99.95 ? 1 : 0);
    const [unit, name] = size >= 0.9995e9 ? [1e9, 'bn'] : size >= 0.9995e6 ? [1e6, 'M'] : [1e3, 'k'];
    const part = value / (unit as number);
    const decimals = Math.abs(part) < 9.995 ? 2 : Math.abs(part) < 99.95 ? 1 : 0;
    return this.fixed(part, decimals) + space + name;
  }

  // A mark of an axis: no digits after the comma that say nothing.
  tick(value: number): string {
    if (Math.abs(value) >= 999_999.5) return this.brief(value);
    return new Intl.NumberFormat(this.locale, {maximumFractionDigits: 2}).format(value);
  }

  money(value: number | null | undefined): string {
    if (value == null) return '-';
    return this.currency ? this.brief(value) + space + this.currency : this.brief(value);
  }

  percent(share: number | null | undefined): string {
    if (share == null) return '-';
    // What is there is not said to be nothing.
    if (share > 0 && share < 0.0005) return `<${this.fixed(0.1, 1)}${space}%`;
    return this.fixed(share * 100, Math.abs(share) < 0.0995 && share !== 0 ? 1 : 0) + space + '%';
  }

  signed(value: number, decimals = 1): string {
    const text = this.fixed(value, decimals);
    return value > 0 && Number(value.toFixed(decimals)) !== 0 ? '+' + text : text.replace('-', '\u2212');
  }

  // +12 % of one number over another.
  change(value: number, base: number): string {
    return this.signed((value / base - 1) * 100, 0) + space + '%';
  }

  value(value: number | null | undefined, unit: Unit): string {
    if (value == null) return '-';
    if (unit === 'share') return this.percent(value);
    if (unit === 'ratio') return this.fixed(value, 2);
    if (unit === 'years') return this.fixed(value, 1) + space + 'years';
    return this.brief(value);
  }

  // A sentence of aisle's own, whose figures are written in English, with its figures as the locale writes them.
  // A digit inside a word (rev_2, m2) or between quotes, where users' values stand, stays.
  sentence(english: string): string {
    const parts = new Intl.NumberFormat(this.locale).formatToParts(12345.5);
    const sign = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
    return english
      .split(/('[^']*'|"[^"]*")/)
      .map((piece, at) => (at % 2 ? piece : this.figures(piece, sign('group'), sign('decimal'))))
      .join('');
  }

  private figures(english: string, group: string, decimal: string): string {
    return english
      .replace(/(?<![\p{L}\p{N}_.])(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(?![\p{L}\p{N}_]|\.\d)/gu, (_, whole, rest) =>
        whole.replaceAll(',', group) + (rest ? rest.replace('.', decimal) : ''),
      )
      .replaceAll(' %', space + '%');
  }

  date(when: Date): string {
    return new Intl.DateTimeFormat(this.locale, {dateStyle: 'long'}).format(when);
  }

  // "2024-03" as "Mar 2024".
  month(text: string): string {
    const [year, month] = text.split('-').map(Number);
    return new Intl.DateTimeFormat('en', {month: 'short', year: 'numeric'}).format(new Date(year, month - 1, 1));
  }

  day(text: string | null): string {
    if (!text) return '-';
    const [year, month, day] = text.split('-').map(Number);
    return new Intl.DateTimeFormat('en-GB', {day: 'numeric', month: 'short', year: 'numeric'}).format(
      new Date(year, month - 1, day),
    );
  }
}

// "sales per m2", "placement Street"
export function traitLabel(trait: {label: string; level: string | null}): string {
  return trait.level === null ? trait.label : `${trait.label} ${trait.level}`;
}

export function counted(n: number, one: string, many: string, format: Format): string {
  return `${format.whole(n)} ${n === 1 ? one : many}`;
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
