// Which conversation is shown: the fragment of the URL says so, and survives a reload.

import { useSyncExternalStore } from 'react';

const subscribe = (changed: () => void) => {
  window.addEventListener('hashchange', changed);
  return () => {
    window.removeEventListener('hashchange', changed);
  };
};

/** Begins a new conversation. */
export function begin(): void {
  window.location.hash = crypto.randomUUID();
}

/** How long the name of a conversation may be. */
const LONGEST = 64;

function named(): string {
  try {
    return decodeURIComponent(window.location.hash.slice(1));
  } catch {
    return '';
  }
}

function current(): string {
  const id = named();
  if (id !== '' && id.length <= LONGEST) return id;
  window.history.replaceState(null, '', `#${crypto.randomUUID()}`);
  return named();
}

export const useConversationId = (): string => useSyncExternalStore(subscribe, current);
