// A real OpenID Connect issuer for tests. The first line of the standard input says how it is to be:
// {"port", "jwks": private keys, "audience", "scopes", "clients": as registered, "accounts": {login: role}}.
// Whoever knows a login may sign in with any password, on the pages that the library brings for development.

import { createInterface } from "node:readline";

import Provider from "oidc-provider";

const RESOURCE = "urn:hotline";
const [line] = await createInterface({ input: process.stdin })[Symbol.asyncIterator]().next().then(({ value }) => [value]);
const wanted = JSON.parse(line);
const [signing] = wanted.jwks.keys;

const provider = new Provider(`http://127.0.0.1:${wanted.port}`, {
  jwks: wanted.jwks,
  clients: wanted.clients,
  clientDefaults: { id_token_signed_response_alg: signing.alg },
  cookies: { keys: ["for tests only"] },
  scopes: ["openid", ...wanted.scopes],
  claims: { openid: ["sub", "role"] },
  extraClientMetadata: { properties: ["role"] },
  // A client that acts for itself has a role of its own; a person has theirs.
  extraTokenClaims: (ctx, token) => ({
    role: token.accountId ? wanted.accounts[token.accountId] : ctx.oidc.client.role,
  }),
  findAccount: (_ctx, id) =>
    id in wanted.accounts ? { accountId: id, claims: () => ({ sub: id, role: wanted.accounts[id] }) } : undefined,
  conformIdTokenClaims: false,
  pkce: { required: () => true },
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => RESOURCE,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope: wanted.scopes.join(" "),
        audience: wanted.audience,
        accessTokenFormat: "jwt",
        jwt: { sign: { alg: signing.alg } },
      }),
    },
  },
});

provider.listen(wanted.port, "127.0.0.1");
