// The run in progress, as its events tell it (server-sent, from the run's own process).
import {remove, post, type CurrentRun, type RunState} from './api';

export interface StageLive {
  asset: string;
  title: string;
  why: string;
  state: 'running' | 'made' | 'left' | 'failed';
  done: number;
  total: number;
  unit: string;
  started: number; // ms, this browser's clock
  seconds: number | null;
  message: string;
}

export interface LogLine {
  id: number;
  kind: 'said' | 'notice' | 'failure';
  text: string;
}

type Event = Record<string, unknown> & {event: string};

const mostLines = 1000;
const againAfter = 3000; // ms
const names = ['run_started', 'stage_started', 'progress', 'check', 'asset_made', 'asset_left', 'warning', 'note', 'stage_finished', 'stage_failed', 'run_tracked', 'run_finished', 'run_ended'];

export class Live {
  run: string | null = $state(null); // its id; stays when it is over, until the next
  ended: {status: RunState; message: string} | null = $state(null);
  stages: StageLive[] = $state([]);
  log: LogLine[] = $state([]);
  cancelling = $state(false);
  connected = $state(true);
  onended: (run: string) => void = () => {};
  onreturn: () => void = () => {}; // the server answers again
  #source: EventSource | null = null;
  #lines = 0;

  get running(): boolean {
    return this.run !== null && this.ended === null;
  }

  follow() {
    this.#source?.close();
    const source = new EventSource('api/v1/events');
    source.onopen = () => {
      if (!this.connected) this.onreturn();
      this.connected = true;
    };
    source.onerror = () => {
      this.connected = false;
      // A browser tries again by itself, but not after an answer that is no stream: a server that shuts down, a proxy.
      if (source.readyState === EventSource.CLOSED) setTimeout(() => this.#source === source && this.follow(), againAfter);
    };
    for (const name of names) {
      source.addEventListener(name, (message) => this.#take(JSON.parse((message as MessageEvent<string>).data)));
    }
    this.#source = source;
  }

  async start(request: {only?: string[]; force?: boolean; set?: string[]} = {}) {
    const started = await post<CurrentRun>('runs', request);
    if (this.run !== started.id) this.#begin(started.id);
  }

  async cancel() {
    this.cancelling = true;
    // Where it cannot be asked, or is over already, the events say how it stands.
    await remove('runs/current').catch(() => (this.cancelling = false));
  }

  #begin(id: string) {
    this.run = id;
    this.ended = null;
    this.stages = [];
    this.log = [];
    this.cancelling = false;
  }

  #say(text: string, kind: LogLine['kind'] = 'said') {
    this.log.push({id: this.#lines++, kind, text});
    if (this.log.length > mostLines) this.log.splice(0, this.log.length - mostLines);
  }

  #stage(asset: string): StageLive | undefined {
    return this.stages.findLast((stage) => stage.asset === asset);
  }

  #take(event: Event) {
    const asset = String(event.asset ?? '');
    const stage = this.#stage(asset);
    const text = String(event.message ?? '');
    switch (event.event) {
      case 'run_started':
        // A reconnection tells the run from its start again.
        this.#begin(String(event.run));
        return;
      case 'stage_started':
        this.stages.push({asset, title: String(event.title), why: String(event.why), state: 'running', done: 0, total: 0, unit: '', started: Date.now(), seconds: null, message: ''});
        this.#say(`${event.title} began${event.why ? `: ${event.why}` : ''}`);
        return;
      case 'progress':
        if (stage) Object.assign(stage, {done: event.done, total: event.total, unit: event.unit});
        return;
      case 'check':
        if (!event.passed) this.#say(`${event.name} in ${asset}: ${text}`, event.severity === 'critical' ? 'failure' : 'notice');
        return;
      case 'asset_made':
        if (stage) stage.state = 'made';
        return;
      case 'asset_left':
        this.stages.push({asset, title: asset, why: String(event.why), state: 'left', done: 0, total: 0, unit: '', started: Date.now(), seconds: 0, message: ''});
        return;
      case 'warning':
        this.#say(text, 'notice');
        return;
      case 'note':
        this.#say(text);
        return;
      case 'stage_finished':
        if (stage) Object.assign(stage, {state: 'made', seconds: event.seconds});
        this.#say(`${stage?.title ?? asset} done in ${Number(event.seconds).toFixed(1)} s`);
        return;
      case 'stage_failed':
        if (stage) Object.assign(stage, {state: 'failed', message: text});
        this.#say(text, 'failure');
        return;
      case 'run_tracked':
        this.#say(`On the tracking server: ${event.url}`);
        return;
      case 'run_ended':
        this.ended = {status: event.status as RunState, message: text};
        this.cancelling = false;
        for (const one of this.stages) if (one.state === 'running') one.state = 'failed';
        this.onended(this.run ?? '');
        return;
    }
  }
}
