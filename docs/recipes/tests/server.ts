// A server that says what a server said once: it holds the schema, executes whatever it is asked on what was
// recorded by the example, and speaks the protocol of subscriptions word by word.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { buildSchema, execute, parse, validate, type ExecutionResult } from 'graphql';
import { vi } from 'vitest';

import type { Form } from '../dist/attache/index.ts';

const root = join(import.meta.dirname, '../../..');
export const schema = buildSchema(readFileSync(join(root, 'schema.graphql'), 'utf8'));

export interface RecordedEvent {
  readonly __typename: string;
  readonly cursor: string;
  readonly invocation?: { readonly id: string; readonly state: string; readonly revision: number };
  readonly account?: { readonly id: string; readonly state: string; readonly revision: number };
}

interface Recorded {
  readonly before: { readonly viewer: { readonly eventCursor: string } };
  readonly after: { readonly viewer: { readonly eventCursor: string } };
  readonly events: readonly RecordedEvent[];
  readonly tools: readonly unknown[];
  /** The form with a field of every kind. */
  readonly form: Form;
}

export const recorded = JSON.parse(
  readFileSync(join(root, 'examples/redux-chat/tests/attache/recorded.json'), 'utf8'),
) as Recorded;

/** What is asked for has to be in the contract, whoever asks. */
function run(
  query: string,
  variableValues: Record<string, unknown>,
  rootValue: unknown,
): ExecutionResult {
  const document = parse(query);
  const errors = validate(schema, document);
  if (errors.length > 0) throw new Error(errors.join('\n'));
  const result = execute({ schema, document, rootValue, variableValues });
  if (result instanceof Promise) throw new Error('nothing here is waited for');
  if (result.errors) throw new Error(result.errors.join('\n'));
  return result;
}

/** What one connection says, and what comes then. */
export interface Connection {
  readonly says: readonly RecordedEvent[];
  readonly then: 'breaks' | 'ends' | 'is refused' | 'stays';
}

/** How a mutation is answered, by its field. */
type Mutations = Readonly<Record<string, (args: { input: unknown }) => unknown>>;

/** Plays these connections, one after the other, to whoever uses `fetch` and `WebSocket`. */
export function play(...connections: readonly Connection[]) {
  return playWith({}, ...connections);
}

/** The same, for somebody who also does something. */
export function playWith(mutations: Mutations, ...connections: readonly Connection[]) {
  const asked: string[] = [];
  const tokens = new Set<string>();
  let [snapshots, told, listening] = [0, 0, 0];

  const answer = (query: string, variables: Record<string, unknown>) => {
    const isState = query.includes('eventCursor');
    const state = snapshots > 0 ? recorded.after : recorded.before;
    if (isState) snapshots += 1;
    const tools = { nodes: recorded.tools, pageInfo: { hasNextPage: false, endCursor: null } };
    return run(query, variables, { ...mutations, ...state, viewer: { ...state.viewer, tools } });
  };
  vi.stubGlobal('fetch', (_url: unknown, init: RequestInit) => {
    tokens.add(new Headers(init.headers).get('authorization') ?? '');
    const { query, variables } = JSON.parse(init.body as string) as {
      query: string;
      variables?: Record<string, unknown>;
    };
    return Promise.resolve(Response.json(answer(query, variables ?? {})));
  });

  class Socket {
    static readonly CONNECTING = 0;
    static readonly OPEN = 1;
    static readonly CLOSING = 2;
    static readonly CLOSED = 3;
    readonly protocol = 'graphql-transport-ws';
    readyState = Socket.OPEN;
    onopen?: () => void;
    onmessage?: (message: { data: string }) => void;
    onclose?: (event: { code: number; reason: string; wasClean: boolean }) => void;
    onerror?: (error: unknown) => void;

    constructor(_url: string, _protocol: string) {
      queueMicrotask(() => this.onopen?.());
    }

    close(code = 1000, reason = ''): void {
      if (this.readyState === Socket.CLOSED) return;
      this.readyState = Socket.CLOSED;
      queueMicrotask(() => this.onclose?.({ code, reason, wasClean: code === 1000 }));
    }

    send(text: string): void {
      const message = JSON.parse(text) as {
        type: string;
        id: string;
        payload: { authorization: string; query: string; variables: { after: string } };
      };
      if (message.type === 'connection_init') {
        tokens.add(message.payload.authorization);
        this.tell({ type: 'connection_ack' });
      }
      if (message.type === 'complete') listening -= 1;
      if (message.type !== 'subscribe') return;
      const connection = connections[asked.length];
      asked.push(message.payload.variables.after);
      listening += 1;
      for (const event of connection?.says ?? []) {
        const { query, variables } = message.payload;
        const payload = run(query, variables, { viewerEvents: event });
        this.tell({ type: 'next', id: message.id, payload });
      }
      if (connection?.then === 'is refused') {
        const extensions = { code: 'GRAPHQL_VALIDATION_FAILED' };
        const payload = [{ message: 'There is no such field.', extensions }];
        this.tell({ type: 'error', id: message.id, payload });
      }
      if (connection?.then === 'ends') this.tell({ type: 'complete', id: message.id });
      if (connection?.then === 'breaks') setTimeout(() => { this.close(1006, 'lost'); });
    }

    private tell(message: unknown): void {
      const data = JSON.stringify(message);
      queueMicrotask(() => {
        if (this.readyState !== Socket.OPEN) return;
        this.onmessage?.({ data });
        told += 1;
      });
    }
  }
  vi.stubGlobal('WebSocket', Socket);
  return {
    asked,
    tokens,
    snapshots: () => snapshots,
    told: () => told,
    listening: () => listening,
  };
}
