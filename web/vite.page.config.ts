// Builds dashboard.html into the files of the served page, and packs them for aisle/serve/page_files.cc.
import {createHash} from 'node:crypto';
import {writeFileSync} from 'node:fs';
import {extname} from 'node:path';
import {gzipSync} from 'node:zlib';
import {svelte} from '@sveltejs/vite-plugin-svelte';
import {defineConfig, type Plugin} from 'vite';

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

// One file of all files, each followed by its compressed form, and a table of where they lie: rows of C++.
function pack(): Plugin {
  return {
    name: 'pack',
    enforce: 'post',
    writeBundle(_, bundle) {
      const parts: Buffer[] = [];
      const rows: string[] = [];
      let at = 0;
      for (const name of Object.keys(bundle).sort()) {
        const part = bundle[name];
        const bytes = Buffer.from(part.type === 'chunk' ? part.code : part.source);
        const type = types[extname(name)];
        if (!type) throw new Error(`${name}: its type is not known`);
        const path = name === 'dashboard.html' ? 'index.html' : name;
        const digest = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
        const compressed = gzipSync(bytes, {level: 9});
        rows.push(`{"${path}", "${type}", "${digest}", ${path !== 'index.html'}, ${at}, ${bytes.length}, ${compressed.length}},`);
        parts.push(bytes, compressed);
        at += bytes.length + compressed.length;
      }
      writeFileSync('dist/page.pack', Buffer.concat(parts));
      writeFileSync('dist/page_files.inc', rows.join('\n') + '\n');
    },
  };
}

export default defineConfig({
  plugins: [svelte(), pack()],
  base: './',
  build: {
    target: 'es2022',
    outDir: 'dist/page',
    modulePreload: {polyfill: false},
    // The page's Content-Security-Policy lets nothing in that is not a file of its own.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700,
    rollupOptions: {
      input: 'dashboard.html',
      output: {manualChunks: (id) => (/node_modules\/(echarts|zrender|tslib)\//.test(id) ? 'echarts' : undefined)},
    },
  },
});
