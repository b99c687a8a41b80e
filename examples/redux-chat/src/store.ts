import { configureStore } from '@reduxjs/toolkit';
import { useSelector } from 'react-redux';

import { attacheReducer, createAttache, NotLetIn, type Session } from './attache/index.ts';

export const store = configureStore({ reducer: { attache: attacheReducer } });

export type State = ReturnType<typeof store.getState>;

export const useStore = useSelector.withTypes<State>();

async function session(): Promise<Session> {
  const response = await fetch('/session');
  if (response.status === 401) throw new NotLetIn('Nobody is signed in');
  if (!response.ok) throw new Error('There is no session to be had');
  return (await response.json()) as Session;
}

export const attache = createAttache(store, session);

// A browser knows sooner than a socket that the network went, or came back.
for (const change of ['online', 'offline']) window.addEventListener(change, attache.reconnect);
