// How operations get to the server: one request each, and a socket for what happens.

import { createClient } from 'graphql-ws';

import { EventsDocument, type TypedDocumentString } from './generated.ts';
import type { AttacheEvent } from './nodes.ts';

/** Where the server is, and the token that speaks for the viewer. */
export interface Session {
  readonly url: string;
  readonly token: string;
}

/** The server does not accept the token. */
export class NotLetIn extends Error {
  override readonly name = 'NotLetIn';
}

/** The server did not do what was asked, which is nobody's to mend who looks at a screen. */
export class Fault extends Error {
  override readonly name = 'Fault';
}

export interface Transport {
  request: <Result, Variables>(
    document: TypedDocumentString<Result, Variables>,
    variables: Variables,
    signal?: AbortSignal,
  ) => Promise<Result>;
  /** What happens after a position. Ends when the connection does; throws where it says why. */
  events: (after: string, signal: AbortSignal) => AsyncIterable<AttacheEvent>;
}

/** How often a quiet connection is asked whether it is still there, and how long it may take to say. */
const KEEP_ALIVE = 10_000;

/** `session` is asked anew for every request and connection, so that it may renew the token. */
export function createTransport(session: () => Promise<Session>): Transport {
  return {
    request: async <Result, Variables>(
      document: TypedDocumentString<Result, Variables>,
      variables: Variables,
      signal?: AbortSignal,
    ) => {
      const { url, token } = await session();
      const response = await fetch(url, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ query: document.toString(), variables }),
        signal: signal ?? null,
      });
      if (response.status === 401) throw new NotLetIn('The token is not accepted');
      const answer = (await response.json()) as {
        data?: Result | null;
        errors?: readonly { message: string }[];
      };
      const error = answer.errors?.[0];
      if (error) throw new Fault(error.message);
      if (!answer.data) throw new Fault(`The server answered ${response.status}`);
      return answer.data;
    },

    async *events(after, signal) {
      const { url, token } = await session();
      signal.throwIfAborted();
      let silence: ReturnType<typeof setTimeout> | undefined;
      const client = createClient({
        url: url.replace(/^http/, 'ws'),
        connectionParams: { authorization: `Bearer ${token}` },
        connectionAckWaitTimeout: KEEP_ALIVE,
        keepAlive: KEEP_ALIVE,
        // The library asks, and leaves it to us what it means that nobody answers.
        on: {
          ping: (isReceived) => {
            if (!isReceived) silence = setTimeout(stop, KEEP_ALIVE);
          },
          pong: (isReceived) => {
            if (isReceived) clearTimeout(silence);
          },
          closed: () => {
            clearTimeout(silence);
          },
        },
        // Whoever follows knows from where to go on; the library would begin at the same place.
        retryAttempts: 0,
      });
      const stop = () => {
        client.terminate();
      };
      signal.addEventListener('abort', stop);
      const query = EventsDocument.toString();
      try {
        for await (const { data, errors } of client.iterate<{ viewerEvents: AttacheEvent }>({
          query,
          variables: { after },
        })) {
          if (errors?.[0]) throw new Fault(errors[0].message);
          if (data) yield data.viewerEvents;
        }
      } catch (error) {
        throw isRefusal(error) ? new NotLetIn('The token is not accepted') : error;
      } finally {
        signal.removeEventListener('abort', stop);
        void client.dispose();
      }
    },
  };
}

/** Whether a socket was closed because of the token. */
const isRefusal = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  (error.code === 4401 || error.code === 4403);
