// Sentences that several pages say.
import type {Segments, Trait} from '../shared/documents';
import {counted, traitLabel, type Format} from '../shared/format';
import type {Run} from './api';
import type {StageLive} from './live.svelte';

// "1,948 stores fall into 7 clusters; 117 (6 %) fit none by themselves and were given the likeliest."
// aisle/insight/segments_table.cc says the same for the terminal and the report.
export function segmentsSentence(segments: Segments, format: Format): string {
  const n_placed = segments.n_stores - segments.n_left_out;
  const n = segments.segments.length;
  const whole = (value: number) => format.whole(value);
  const parts = [
    `${counted(n_placed, 'store falls', 'stores fall', format)} into ${n === 0 ? 'no cluster' : counted(n, 'cluster', 'clusters', format)}`,
  ];
  if (segments.n_noise > 0 && n > 0) {
    const share = format.percent(segments.n_noise / segments.n_fitted);
    parts.push(
      `${whole(segments.n_noise)} (${share}) ${segments.n_noise === 1 ? 'fits none by itself and was' : 'fit none by themselves and were'} given the likeliest`,
    );
  }
  if (segments.n_assigned > 0 && n > 0) {
    const one = segments.n_assigned === 1;
    parts.push(
      `${whole(segments.n_assigned)} ${one ? 'has' : 'have'} too short a history for the fit and ${one ? 'was' : 'were'} assigned afterwards`,
    );
  }
  if (segments.n_left_out > 0) {
    const are = segments.n_left_out === 1 ? 'is' : 'are';
    parts.push(`${whole(segments.n_left_out)} more ${are} closed, stopped selling or never sold, and ${are} left out`);
  }
  return parts.join('; ') + '.';
}

// "run", "train failed"
export function runWords(run: Run): string {
  const what = {running: 'going on since', succeeded: '', failed: 'failed', cancelled: 'cancelled', interrupted: 'cut short'}[run.status];
  return [run.verb, what].filter(Boolean).join(' ');
}

// "today 06:12", "3 March 2025, 06:12"
export function ago(iso: string, format: Format): string {
  const when = new Date(iso);
  if (Number.isNaN(when.getTime())) return iso;
  const time = new Intl.DateTimeFormat(format.locale, {hour: '2-digit', minute: '2-digit'}).format(when);
  const today = new Date().toDateString() === when.toDateString();
  return today ? `today ${time}` : `${new Intl.DateTimeFormat(format.locale, {dateStyle: 'medium'}).format(when)}, ${time}`;
}

export function duration(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 90) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

// ", about 12 s left", once enough is done to tell.
export function remaining(stage: StageLive): string {
  const share = stage.total > 0 ? stage.done / stage.total : 0;
  const gone = (Date.now() - stage.started) / 1000;
  if (share < 0.05 || gone < 2) return '';
  return `, about ${duration(Math.max(1, Math.round((gone * (1 - share)) / share)))} left`;
}

export function bytes(n: number): string {
  const [unit, name] = n >= 1e9 ? [1e9, 'GB'] : n >= 1e6 ? [1e6, 'MB'] : n >= 1e3 ? [1e3, 'kB'] : [1, 'bytes'];
  return `${(n / unit).toFixed(unit === 1 || n / unit >= 100 ? 0 : 1)} ${name}`;
}

// "sales per m2 +32 %", "placement Street 81 % (chain 42 %)"
export function traitWords(trait: Trait, format: Format): string {
  const label = traitLabel(trait);
  if (trait.unit === 'amount' && trait.chain > 0 && trait.value >= 0) return `${label} ${format.change(trait.value, trait.chain)}`;
  return `${label} ${format.value(trait.value, trait.unit)} (chain\u00a0${format.value(trait.chain, trait.unit)})`;
}
