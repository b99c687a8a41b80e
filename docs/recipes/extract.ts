// Takes the TypeScript out of the book and the README, into `dist`. A block that begins with the name of a
// file goes there; the others of a page are one module. Blocks of one file are put together in the order
// in which they are read.

import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const out = join(import.meta.dirname, 'dist');

const pages = readdirSync(join(root, 'docs/src'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.md'))
  .map((path) => join(root, 'docs/src', path))
  .concat(join(root, 'README.md'))
  .sort();

const files = new Map<string, string>();
for (const page of pages) {
  const text = readFileSync(page, 'utf8');
  const fences = [...text.matchAll(/^```(tsx?)\n([^]*?)^```$/gm)];
  // One that is indented, or says more than its language, would be passed over.
  const meant = [...text.matchAll(/^[ >\t]*(?:`{3,}|~{3,})\s*(?:tsx?|typescript)\b/gm)];
  if (fences.length !== meant.length) {
    throw new Error(`${page} has ${meant.length} blocks of TypeScript, and ${fences.length} are read`);
  }
  for (const [, language = '', code = ''] of fences) {
    const named = /^\/\/ ([\w-]+\.tsx?)\n/.exec(code)?.[1];
    const file = named ?? `${basename(page, '.md')}.${language}`;
    files.set(file, `${files.get(file) ?? ''}${code}\n`);
  }
}

rmSync(out, { recursive: true, force: true });
mkdirSync(join(out, 'attache'), { recursive: true });
for (const [file, code] of files) {
  if (/\bany\b/.test(code.replaceAll(/\/\/.*|\/\*[^]*?\*\//g, ''))) {
    throw new Error(`${file} has an \`any\``);
  }
  writeFileSync(join(out, file), `${code}\nexport {};\n`);
}
// The book shows the folder of the example where it would be copied to.
const example = '../../../../examples/redux-chat/src/attache/index.ts';
writeFileSync(join(out, 'attache/index.ts'), `export * from '${example}';\n`);
process.stdout.write(`${files.size} files of ${pages.length} pages\n`);
