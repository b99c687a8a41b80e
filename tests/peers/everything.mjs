// The MCP server: `server-everything` as it is published, and a gate in front of it.
//
// The server wants no token. The gate does, and asks the authorization server about each one
// it is shown; what it lets through, it passes on as it comes. It also says who issues tokens,
// and some tools may want a token that is good for more.

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

const { issuer, introspection, clientId, clientSecret, audience, scope, scopesOfTools } =
  await settings();

// Where the gate says who issues tokens for what is behind it (RFC 9728, section 3.1).
const aboutIt = '/.well-known/oauth-protected-resource/mcp';

/** What the authorization server says about the token of a request. */
async function grantOf(request) {
  const [, token] = request.headers.authorization?.match(/^Bearer (.+)$/) ?? [];
  if (!token) return { active: false };
  say({ shown: token });
  const answer = await fetch(introspection, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` },
    body: new URLSearchParams({ token }),
  });
  return answer.json();
}

function passOn(request, body, response) {
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
  onward.end(body);
}

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** What a token must be good for besides, for this request to be passed on. */
function scopeOf(body) {
  if (body.length === 0) return undefined;
  const { method, params } = JSON.parse(body);
  return method === 'tools/call' ? scopesOfTools[params.name] : undefined;
}

function challenge(response, status, parameters) {
  const all = { ...parameters, resource_metadata: `${origin}${aboutIt}` };
  const listed = Object.entries(all).map(([name, value]) => `${name}="${value}"`);
  response.writeHead(status, { 'www-authenticate': `Bearer ${listed.join(', ')}` }).end();
}

function show(response, document) {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(document));
}

async function receive(request, response) {
  if (request.url === aboutIt) {
    // Only what everybody needs: who wants more is asked for it then.
    const resource = `${origin}/mcp`;
    show(response, { resource, authorization_servers: [issuer], scopes_supported: [scope] });
    return;
  }
  const { active, aud, sub, email, scope: granted = '' } = await grantOf(request);
  if (!active || (audience !== null && aud !== audience)) {
    challenge(response, 401, { error: 'invalid_token' });
  } else if (request.url === '/whoami') {
    show(response, { id: sub, contact: { email } });
  } else {
    const body = await bodyOf(request);
    const more = scopeOf(body);
    if (more !== undefined && !granted.split(' ').includes(more)) {
      challenge(response, 403, { error: 'insufficient_scope', scope: `${scope} ${more}` });
    } else {
      const revision = request.headers['mcp-protocol-version'];
      if (body.length > 0) say({ passedOn: JSON.parse(body), revision });
      passOn(request, body, response);
    }
  }
}

gate.on('request', (request, response) => {
  receive(request, response).catch((error) => {
    console.error('the gate cannot ask', error);
    response.writeHead(502).end();
  });
});
say({ isReady: true });
