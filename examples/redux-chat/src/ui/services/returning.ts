// Coming back from where a person consented: the page was left in the meantime.

import { useEffect, useState } from 'react';

import { attache } from '../../store.ts';
import { useAction, type Action } from '../action.ts';

const PLACE = 'place';

/** Sends the person to where they consent. */
export function leaveFor(authorizationUrl: string): void {
  sessionStorage.setItem(PLACE, window.location.hash);
  window.location.assign(authorizationUrl);
}

/** The ticket of who just came back, taken out of the URL: it works once. */
const ticket = (() => {
  const url = new URL(window.location.href);
  const found = url.searchParams.get('ticket');
  if (found !== null) {
    url.searchParams.delete('ticket');
    url.searchParams.delete('attempt');
    url.hash = sessionStorage.getItem(PLACE) ?? '';
    window.history.replaceState(null, '', url);
  }
  return found;
})();

let isTaken = false;

export interface Return {
  readonly isBack: boolean;
  readonly action: Action;
  readonly isConnected: boolean;
}

/** Finishes what the person agreed to before they came back. */
export function useReturn(): Return {
  const action = useAction();
  const [isConnected, setConnected] = useState(false);
  const { run } = action;
  useEffect(() => {
    if (ticket === null || isTaken) return;
    isTaken = true;
    void run(() => attache.completeOAuth({ ticket })).then(setConnected);
  }, [run]);
  return { isBack: ticket !== null, action, isConnected };
}
