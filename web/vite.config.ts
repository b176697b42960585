// Builds report.html into one file: script and styles inside, its Content-Security-Policy by the script's hash.
// aisle/report puts the first screen and the documents where the `<!--aisle:...-->` marks stand.
import {createHash} from 'node:crypto';
import {svelte} from '@sveltejs/vite-plugin-svelte';
import {defineConfig, type Plugin} from 'vite';

const marks = ['<!--aisle:title-->', '<!--aisle:first-screen-->', '<!--aisle:documents-->'];

function oneFile(): Plugin {
  return {
    name: 'one-file',
    enforce: 'post',
    generateBundle(_, bundle) {
      const page = bundle['report.html'];
      if (page?.type !== 'asset') throw new Error('no report.html was built');
      let html = String(page.source);
      for (const [name, part] of Object.entries(bundle)) {
        if (part === page) continue;
        if (part.type === 'chunk') {
          // A closing tag or a comment inside the script's text would end it early.
          const code = part.code.trim().replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');
          const hash = createHash('sha256').update(code).digest('base64');
          // Found where the documents already stand: a module runs after the page is read, wherever it is.
          html = html.replace(/<script type="module"[^>]*><\/script>/, '');
          html = html.replace('</body>', () => `<script type="module">${code}</script>\n</body>`);
          html = html.replace("'aisle-script-hash'", `'sha256-${hash}'`);
        } else {
          html = html.replace(/<link rel="stylesheet"[^>]*>/, () => `<style>${String(part.source).trim()}</style>`);
        }
        delete bundle[name];
      }
      if (html.includes('aisle-script-hash') || /(src|href)="\.?\//.test(html.replace(/<script[^]*<\/script>/, ''))) {
        throw new Error('report.html still refers to another file');
      }
      for (const mark of marks) {
        if (html.split(mark).length !== 2) throw new Error(`${mark} must stand in report.html once`);
      }
      page.source = html;
    },
  };
}

export default defineConfig({
  plugins: [svelte(), oneFile()],
  base: './',
  build: {
    target: 'es2021',
    modulePreload: false,
    cssCodeSplit: false,
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rollupOptions: {input: 'report.html', output: {inlineDynamicImports: true}},
  },
});
