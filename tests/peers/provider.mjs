// The authorization server: `oidc-provider`, with the pages it brings for signing in and for
// consent.
//
// It says its issuer first, because redirect URIs depend on it and so cannot be among the
// settings before. Afterwards it says each code and token it makes: Attaché shows them to
// nobody, and a test has to know them to ask what became of them.

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';
import { say, settings } from './tether.mjs';

const server = createServer().listen(0, '127.0.0.1');
await once(server, 'listening');
const issuer = `http://127.0.0.1:${server.address().port}`;
say({ issuer });

const { clients, resource, resourceScope } = await settings();
const email = (person) => `${person}@provider.example`;

const provider = new Provider(issuer, {
  clients,
  // Short is enough for a signature that lives as long as this process.
  cookies: { keys: [randomBytes(16).toString('base64url')] },
  claims: { openid: ['sub'], email: ['email'] },
  findAccount: (_context, sub) => ({
    accountId: sub,
    claims: () => ({ sub, email: email(sub) }),
  }),
  // By itself it asks only public clients for PKCE.
  pkce: { required: () => true },
  // The service behind the gate learns from introspection whose token it was shown.
  extraTokenClaims: (_context, token) => ({ email: email(token.accountId) }),
  features: {
    introspection: { enabled: true },
    revocation: { enabled: true },
    // Without a resource it ignores the parameter, as many providers do. With one, its
    // tokens are for that resource (RFC 8707) and no longer open its own userinfo endpoint.
    resourceIndicators: {
      enabled: resource !== null,
      getResourceServerInfo: (_context, indicator) => {
        if (indicator !== resource) throw new Error(`no such resource: ${indicator}`);
        // A token that means nothing by itself can be ended; a signed one lives until it expires.
        return { scope: resourceScope, audience: resource, accessTokenFormat: 'opaque' };
      },
    },
  },
});

for (const kind of ['authorization_code', 'access_token', 'refresh_token']) {
  provider.on(`${kind}.saved`, (token) => say({ issued: token.jti, kind }));
}
for (const failure of ['server_error', 'authorization.error', 'grant.error']) {
  provider.on(failure, (_context, error) => console.error(failure, error));
}

server.on('request', provider.callback());
say({ isReady: true });
