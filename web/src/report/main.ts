// The report's app: the first screen is already there; this adds the rest of the page to it.
import {mount} from 'svelte';
import '../shared/page.css';
import Report from './Report.svelte';

mount(Report, {target: document.getElementById('app')!});
