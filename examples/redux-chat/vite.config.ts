import { readFileSync } from 'node:fs';

import react from '@vitejs/plugin-react';
import { defineConfig, type Connect, type Plugin } from 'vite';

/**
 * `GET /session` answers with the server's URL and a token for the person. In a product, this is your
 * backend, which knows who is signed in. Here it is whoever `attache dev` signed in.
 */
function session(): Plugin {
  const file = process.env.ATTACHE_DEV ?? '../../.attache/dev.json';
  const answer: Connect.SimpleHandleFunction = (_, response) => {
    response.setHeader('content-type', 'application/json');
    response.setHeader('cache-control', 'no-store');
    try {
      response.end(readFileSync(file));
    } catch {
      response.statusCode = 503;
      response.end(JSON.stringify({ message: 'Run `cargo run -- dev` beside this.' }));
    }
  };
  return {
    name: 'session',
    configureServer: (server) => {
      server.middlewares.use('/session', answer);
    },
    configurePreviewServer: (server) => {
      server.middlewares.use('/session', answer);
    },
  };
}

export default defineConfig({
  plugins: [react(), session()],
  // The origin that `attache dev` lets in.
  server: { port: 5173, strictPort: true },
});
