// The page that `attache dev` serves: GraphiQL, signed in, with the tour in its tabs.
import 'graphiql/style.css';
import { GraphiQL } from 'graphiql';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { createClient } from 'graphql-ws';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';

globalThis.MonacoEnvironment = {
  getWorker: (_, label) => {
    const name = label === 'json' || label === 'graphql' ? label : 'editor';
    return new Worker(`/graphiql/${name}.worker.js`, { type: 'module' });
  },
};

// What the server put into the page: a token, and the steps of the tour.
const { token, operations } = JSON.parse(document.getElementById('attache').textContent);
const authorization = `Bearer ${token}`;
const url = new URL('/graphql', location.href);
const socket = new URL(url);
socket.protocol = 'ws:';

const fetcher = createGraphiQLFetcher({
  url: url.href,
  headers: { authorization },
  wsClient: createClient({ url: socket.href, connectionParams: { authorization } }),
});

// Whoever tries things out means each run as a new call, and should not have to
// invent a key for it.
const withKey = (request, options) => {
  const needsKey =
    request.query.includes('$idempotencyKey') && !request.variables?.idempotencyKey;
  const idempotencyKey = crypto.randomUUID();
  const variables = needsKey ? { ...request.variables, idempotencyKey } : request.variables;
  return fetcher({ ...request, variables }, options);
};

// Completing needs a ticket, so its tab appears when somebody comes back with one.
const isComplete = (query) => query.includes('mutation Complete(');
const tabs = operations.filter((query) => !isComplete(query)).map((query) => ({ query }));
const ticket = new URLSearchParams(location.search).get('ticket');
let arrival = {};
if (ticket) {
  const query = operations.find(isComplete);
  const variables = JSON.stringify({ ticket }, null, 2);
  arrival = { initialQuery: query, initialVariables: variables };
  tabs.unshift({ query, variables });
  history.replaceState(null, '', '/');
}

const page = createElement(GraphiQL, {
  fetcher: withKey,
  defaultTabs: tabs,
  defaultEditorToolsVisibility: 'variables',
  ...arrival,
});
createRoot(document.getElementById('graphiql')).render(page);
