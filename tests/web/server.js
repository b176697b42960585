// `aisle serve` on a free port, for as long as a test file needs it.
import {spawn} from 'node:child_process';
import {createInterface} from 'node:readline';
import {aisle} from './projects.js';

export async function serve(project, ...args) {
  const port = args.includes('--port') ? [] : ['--port', '0'];
  const child = spawn(aisle, ['serve', '--json', ...port, '--project', project, ...args], {stdio: ['ignore', 'pipe', 'pipe']});
  let said = '';
  child.stderr.on('data', (bytes) => (said += bytes));
  const url = await new Promise((done, fail) => {
    createInterface({input: child.stdout}).on('line', (line) => {
      const event = JSON.parse(line);
      if (event.event === 'serving') done(event.url.replace(/\/?$/, '/'));
    });
    child.on('exit', (code) => fail(new Error(`aisle serve ended with ${code}: ${said}`)));
  });
  const stop = () =>
    new Promise((done) => {
      child.removeAllListeners('exit');
      child.on('exit', done);
      child.kill('SIGTERM');
    });
  return {url, stop, pid: child.pid};
}
