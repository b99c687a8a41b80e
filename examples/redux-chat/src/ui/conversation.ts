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

function current(): string {
  if (window.location.hash.length < 2) {
    window.history.replaceState(null, '', `#${crypto.randomUUID()}`);
  }
  return window.location.hash.slice(1);
}

export const useConversationId = (): string => useSyncExternalStore(subscribe, current);
