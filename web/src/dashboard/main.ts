// The served page: mounts the app. What it shows is fetched from the API beside it.
import {mount} from 'svelte';
import '../shared/page.css';
import './dashboard.css';
import {look} from '../shared/look.svelte';
import App from './App.svelte';

look.onlyCanvas = true;
mount(App, {target: document.getElementById('app')!});
