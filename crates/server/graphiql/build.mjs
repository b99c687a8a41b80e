// Bundles GraphiQL and its workers, so that the server needs neither Node nor the
// internet. Run `npm ci && npm run build` after changing anything here, and commit the
// result. The same sources give the same bytes.
import { build } from 'esbuild';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';

const out = 'dist';
const result = await build({
  entryPoints: {
    graphiql: 'src/page.js',
    'editor.worker': 'monaco-editor/esm/vs/editor/editor.worker.js',
    'json.worker': 'monaco-editor/esm/vs/language/json/json.worker.js',
    'graphql.worker': 'monaco-graphql/esm/graphql.worker.js',
  },
  bundle: true,
  define: { 'process.env.NODE_ENV': '"production"' },
  format: 'esm',
  legalComments: 'none',
  loader: { '.ttf': 'dataurl' },
  metafile: true,
  minify: true,
  outdir: out,
  target: 'es2022',
  write: false,
});

await rm(out, { recursive: true, force: true });
await mkdir(out);
for (const file of result.outputFiles) {
  const name = file.path.slice(file.path.lastIndexOf('/') + 1);
  await writeFile(`${out}/${name}.gz`, gzipSync(file.contents, { level: 9 }));
}

// Everything that went into it, with its licence.
const packages = new Set();
for (const input of Object.keys(result.metafile.inputs)) {
  const found = input.match(/^.*node_modules\/(@[^/]+\/[^/]+|[^/]+)/);
  if (found) packages.add(found[0]);
}
const notices = [];
for (const directory of [...packages].sort()) {
  const { name, version, license } = JSON.parse(await readFile(`${directory}/package.json`));
  const files = await readdir(directory);
  const file = files.find((file) => /^(licen[cs]e|copying)/i.test(file));
  const text = file ? (await readFile(`${directory}/${file}`, 'utf8')).trim() : `Licence: ${license}`;
  notices.push(`${name} ${version} (${license})\n\n${text}\n`);
}
await writeFile(`${out}/LICENSES.txt.gz`, gzipSync(notices.join(`\n${'-'.repeat(80)}\n\n`), { level: 9 }));
