// The MCP server: `server-everything` as it is published, and a gate in front of it.
//
// The server wants no token. The gate does, and asks the authorization server about each one
// it is shown; what it lets through, it passes on as it comes.

import { once } from 'node:events';
import { createServer, request as send } from 'node:http';
import { Server } from 'node:net';
import { say, settings } from './tether.mjs';

// Left to itself the server listens on every interface of the machine, at a port that it can
// only be told. It is to be on loopback, where the system finds a place for it.
const inner = await new Promise((resolve) => {
  const { listen } = Server.prototype;
  Server.prototype.listen = function listenOnLoopback(_port, done) {
    Server.prototype.listen = listen;
    return listen.call(this, 0, '127.0.0.1', () => {
      done();
      resolve(this.address().port);
    });
  };
  import('@modelcontextprotocol/server-everything/dist/transports/streamableHttp.js');
});

const gate = createServer().listen(0, '127.0.0.1');
await once(gate, 'listening');
const origin = `http://127.0.0.1:${gate.address().port}`;
say({ open: `http://127.0.0.1:${inner}/mcp`, guarded: `${origin}/mcp`, whoami: `${origin}/whoami` });

const { introspection, clientId, clientSecret, audience } = await settings();

/** What the authorization server says about the token of a request. */
async function grantOf(request) {
  const [, token] = request.headers.authorization?.match(/^Bearer (.+)$/) ?? [];
  if (!token) return { active: false };
  const answer = await fetch(introspection, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` },
    body: new URLSearchParams({ token }),
  });
  return answer.json();
}

function passOn(request, response) {
  // The token was for the gate.
  const { authorization, ...headers } = request.headers;
  const { method, url: path } = request;
  const onward = send({ host: '127.0.0.1', port: inner, method, path, headers }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    // A stream of events may have nothing to say for long, and is open all the same.
    response.flushHeaders();
    answer.pipe(response);
  });
  onward.on('error', () => response.destroy());
  response.on('close', () => onward.destroy());
  request.pipe(onward);
}

async function receive(request, response) {
  const { active, aud, sub, email } = await grantOf(request);
  if (!active || (audience !== null && aud !== audience)) {
    response.writeHead(401, { 'www-authenticate': 'Bearer error="invalid_token"' }).end();
  } else if (request.url === '/whoami') {
    const identity = JSON.stringify({ id: sub, contact: { email } });
    response.writeHead(200, { 'content-type': 'application/json' }).end(identity);
  } else {
    passOn(request, response);
  }
}

gate.on('request', (request, response) => {
  receive(request, response).catch((error) => {
    console.error('the gate cannot ask', error);
    response.writeHead(502).end();
  });
});
say({ isReady: true });
