// A backend that lets a language model use the tools that its user connected.
//
//   cargo run -- dev            (in another terminal)
//   node examples/node-backend/backend.mjs
//
// It mints a token for the user, hands the model the tools, runs what the model calls, and tells the
// model what came of it. Nothing is installed: Node 18 or newer is all it needs.

import { createHmac, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

import { answer } from './model.mjs';

const directory = process.argv[2] ?? '.attache';
const read = (name) => JSON.parse(readFileSync(`${directory}/${name}`, 'utf8'));
const { url } = read('dev.json');

/** A token that speaks for a user, for five minutes (RFC 7519). In production a library makes it. */
function tokenFor(user) {
  const encoded = (part) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: 'attache dev', aud: 'attache', sub: user, iat: now, exp: now + 300, client_id: 'backend' };
  const signed = `${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded(claims)}`;
  // The secret that the server has as ATTACHE_JWT_SECRET. It never leaves the two of you.
  return `${signed}.${createHmac('sha256', read('keys.json').jwt).update(signed).digest('base64url')}`;
}

const token = tokenFor(process.argv[3] ?? 'node-user');

async function attache(query, variables) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
  const { data, errors } = await response.json();
  if (errors) throw new Error(errors[0].message);
  return data;
}

// The user connected something before. Here it is the toys, which ask nobody.
const { viewer } = await attache('{ viewer { accounts { id } } }');
if (viewer.accounts.length === 0) {
  await attache('mutation { connectWithKey(input: { serviceCode: "TOOLBOX" }) { problems { message } } }');
}

// The tools, in the words of the model's vendor. They go into the request as they are.
async function toolset() {
  const { viewer } = await attache('{ viewer { toolset(dialect: OPENAI) { definitions } accounts { catalog { state } } } }');
  if (viewer.accounts.every(({ catalog }) => catalog.state !== 'LOADING')) return viewer.toolset.definitions;
  await setTimeout(200);
  return toolset();
}

const INVOKE = `mutation ($call: JSON!, $chat: String!) {
  invokeFromModel(input: { dialect: OPENAI, call: $call, conversationId: $chat, waitMs: 20000 }) {
    invocation { state modelReply(dialect: OPENAI, call: $call) }
    problems { message }
  }
}`;

const [tools, chat] = [await toolset(), randomUUID()];
const messages = [{ role: 'user', content: 'Roll two dice, please.' }];
console.log(`user: ${messages[0].content}  (with ${tools.length} tools)`);
for (;;) {
  const message = await answer({ messages, tools });
  messages.push(message);
  if (!message.tool_calls) break;
  for (const call of message.tool_calls) {
    const { invocation, problems } = (await attache(INVOKE, { call, chat })).invokeFromModel;
    // A call that the user has to approve first waits as APPROVAL_REQUIRED, and has no reply yet.
    const reply = invocation?.modelReply ?? {
      role: 'tool',
      tool_call_id: call.id,
      content: problems[0]?.message ?? `It is ${invocation.state}.`,
    };
    console.log(`tool: ${call.function.name} → ${reply.content}`);
    messages.push(reply);
  }
}
console.log(`model: ${messages.at(-1).content}`);
