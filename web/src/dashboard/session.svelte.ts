// What the page knows of the project: its facts, its documents (each fetched once, again after a run), the run.
import type {Documents} from '../shared/documents';
import {Format} from '../shared/format';
import {ApiError, get, getIfThere, type AssetStatus, type Project} from './api';
import {Live} from './live.svelte';

export type DocumentName = Exclude<keyof Documents, 'page'>;

const lookAgain = 60_000; // ms

class Session {
  project: Project | null = $state.raw(null);
  status: AssetStatus[] | null = $state.raw(null);
  fault: ApiError | null = $state.raw(null);
  // Raised when a run has ended: what is shown is fetched again.
  version = $state(0);
  readonly live = new Live();
  readonly format = $derived(new Format(this.project?.locale ?? 'en-US', this.project?.currency ?? ''));
  // Assets that a run would make anew.
  readonly stale = $derived((this.status ?? []).filter((one) => one.state === 'stale' || one.state === 'failed'));
  // A raw table that the project does without is missing, and nothing is the matter.
  readonly fresh = $derived(this.status !== null && this.status.every((one) => one.state === 'fresh' || /^(dim|fact)_/.test(one.asset)));
  #held = new Map<string, {value: Promise<unknown>; version: number}>();

  constructor() {
    this.live.onended = (run) => {
      // The stream begins with the last run, which the project may have told of already.
      const last = this.project?.last_run;
      if (last?.id !== run || last.status === 'running') void this.refresh();
    };
    this.live.onreturn = () => void this.refresh();
    // A run in a terminal, or by night, sends this page no event.
    const look = () => document.visibilityState === 'visible' && void this.#look();
    document.addEventListener('visibilitychange', look);
    setInterval(look, lookAgain);
  }

  async open() {
    await this.refresh();
    if (this.project) this.live.follow();
  }

  // Fetches again what is shown where another run has ended since.
  async #look() {
    if (!this.project || this.live.running) return;
    const now = await get<Project>('project').catch(() => null);
    const sign = ({fit, last_run}: Project) => [fit, last_run?.id, last_run?.status].join(' ');
    if (now && sign(now) !== sign(this.project)) await this.refresh();
  }

  async refresh() {
    try {
      this.project = await get<Project>('project');
      this.fault = null;
      this.version += 1;
    } catch (error) {
      this.fault = error as ApiError;
      return;
    }
    this.status = await get<{assets: AssetStatus[]}>('status').then(({assets}) => assets, () => null);
  }

  // The documents of these names that there are, all of one run; `segments` always.
  async documents(names: DocumentName[]): Promise<Documents> {
    const wanted: DocumentName[] = ['segments', ...names.filter((name) => name !== 'segments')];
    const found = await Promise.all(wanted.map((name) => this.#document(name)));
    const documents: Record<string, unknown> = {page: {audience: 'full', project: this.project!.name, currency: this.project!.currency, locale: this.project!.locale}};
    wanted.forEach((name, at) => {
      const document = found[at] as {fit?: string} | undefined;
      // A run writes its documents one after the other: what is of another run is not shown beside the rest.
      if (document && (!document.fit || document.fit === this.project!.fit)) documents[name] = document;
    });
    return documents as unknown as Documents;
  }

  #document(name: DocumentName): Promise<unknown> {
    if (!this.project!.documents.includes(name)) return Promise.resolve(undefined);
    const held = this.#held.get(name);
    if (held?.version === this.version) return held.value;
    // The browser asks with the ETag that it has: what did not change comes from its cache.
    const value = getIfThere(`documents/${name}`);
    this.#held.set(name, {value, version: this.version});
    value.catch(() => this.#held.delete(name));
    return value;
  }
}

export const session = new Session();
