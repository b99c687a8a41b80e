// The authorization server: `oidc-provider`, with the pages it brings for signing in and for
// consent.
//
// It says its issuer first, because redirect URIs depend on it and so cannot be among the
// settings before. Afterwards it says each code, token and client secret it makes: Attaché
// shows them to nobody, and a test has to know them to ask what became of them. It also says what
// it gave them for, and what it refused.

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';
import { say, settings } from './tether.mjs';

const server = createServer().listen(0, '127.0.0.1');
await once(server, 'listening');
const issuer = `http://127.0.0.1:${server.address().port}`;
say({ issuer });

const { clients, resource, resourceScope, accessTokenTTL, strangers, fronts } = await settings();
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
        const accessTokenFormat = 'opaque';
        return { scope: resourceScope, audience: resource, accessTokenFormat, accessTokenTTL };
      },
    },
    // How somebody it was never told of becomes a client: by registering (RFC 7591), or by a
    // document at the URL that is their name. The latter is a draft, and has to be agreed to.
    registration: { enabled: strangers === 'REGISTER' },
    clientIdMetadataDocument: { enabled: strangers === 'SHOW_A_DOCUMENT', ack: 'draft-02' },
  },
  // Left to itself it keeps the refresh token of a client with a secret for most of its life.
  // One that comes back after it was spent ends its grant, as it does by default.
  rotateRefreshToken: true,
  // The provider reads documents at https URLs only, and its dispatcher gives up on addresses
  // that are not public. Attaché has a name for that, as behind a proxy that speaks TLS for it.
  // Here is no such proxy, so what goes to the name is sent to Attaché itself.
  fetch: (url, { dispatcher, ...options }) => {
    const { origin, pathname } = new URL(url);
    if (fronts[origin] === undefined) return fetch(url, { dispatcher, ...options });
    return fetch(new URL(pathname, fronts[origin]), options);
  },
});

const kinds = ['authorization_code', 'access_token', 'refresh_token', 'registration_access_token'];
for (const kind of kinds) {
  provider.on(`${kind}.saved`, (token) => say({ issued: token.jti, kind }));
}
provider.on('registration_create.success', (_context, { clientId, clientSecret }) => {
  say({ registered: clientId });
  say({ issued: clientSecret, kind: 'client_secret' });
});
provider.on('refresh_token.consumed', (token) => say({ consumed: token.jti }));
provider.on('grant.success', ({ oidc }) => {
  const { grant_type: grantType, resource: indicator } = oidc.params;
  say({ granted: grantType, clientId: oidc.client.clientId, resource: indicator });
});
provider.on('grant.revoked', (_context, id) => say({ ended: id }));
for (const failure of ['server_error', 'authorization.error', 'grant.error']) {
  provider.on(failure, (_context, error) => {
    say({ refused: failure, because: `${error.error}: ${error.error_description}` });
    console.error(failure, error);
  });
}

server.on('request', provider.callback());
say({ isReady: true });
