// An identity provider for tests: the certified `oidc-provider`, on a free port of loopback, with made-up accounts.
// `node serve.mjs '{"redirect_uris": [...], "accounts": {"<subject>": {<claims>}}}'` prints its issuer when it is ready.
// Whoever signs in types the subject; the password may be anything.
import { createServer } from "node:http";

import { Provider } from "oidc-provider";

const { redirect_uris, accounts } = JSON.parse(process.argv[2]);
const server = createServer();

server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: "privacy-catalog", client_secret: "the-secret-of-the-test", redirect_uris }],
    claims: { openid: ["sub", "auth_time"], profile: ["name", "preferred_username", "groups"] },
    cookies: { keys: ["only for tests"] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    pkce: { required: () => true },
    // What a city's provider does as well: nobody is asked whether the city's own application may know them.
    async loadExistingGrant(ctx) {
      const grant = new ctx.oidc.provider.Grant({
        clientId: ctx.oidc.client.clientId,
        accountId: ctx.oidc.session.accountId,
      });
      grant.addOIDCScope("openid profile");
      await grant.save();
      return grant;
    },
    findAccount: (_, sub) => accounts[sub] && { accountId: sub, claims: () => ({ sub, ...accounts[sub] }) },
  });
  provider.use(async (ctx, next) => {
    const [, uid] = ctx.path.match(/^\/interaction\/([\w-]+)$/) ?? [];
    if (!uid) return next();
    if (ctx.method === "GET") {
      ctx.type = "html";
      ctx.body = `<!doctype html><html lang="en"><title>City sign-in</title><link rel="icon" href="data:,"><h1>City sign-in</h1>
        <form method="post"><label>Name <input name="login" required></label>
        <label>Password <input name="password" type="password"></label>
        <button>Sign in</button> <button name="abort" value="1" formnovalidate>Cancel</button></form></html>`;
      return undefined;
    }
    const chunks = [];
    for await (const chunk of ctx.req) chunks.push(chunk);
    const form = new URLSearchParams(Buffer.concat(chunks).toString());
    const result = form.get("abort")
      ? { error: "access_denied", error_description: "The person went back" }
      : { login: { accountId: form.get("login") } };
    await provider.interactionFinished(ctx.req, ctx.res, result, { mergeWithLastSubmission: false });
    ctx.respond = false;
    return undefined;
  });
  server.on("request", provider.callback());
  console.log(issuer);
});
