import { gzipSync } from 'node:zlib';

import { build, type Rolldown } from 'vite';
import { expect, test } from 'vitest';

/** What it may weigh, in bytes, as browsers receive it. */
const MOST = 15_000;

test('the part to lift out is small', async () => {
  const built = (await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      lib: { entry: 'src/attache/index.ts', formats: ['es'] },
      rolldownOptions: { external: ['@reduxjs/toolkit', 'graphql-ws'] },
    },
  })) as Rolldown.RolldownOutput[];
  const code = built.flatMap(({ output }) => output.map((it) => (it.type === 'chunk' ? it.code : '')));
  const bytes = gzipSync(code.join('')).byteLength;
  console.log(`${bytes} bytes, gzipped`);
  expect(bytes).toBeLessThan(MOST);
});
