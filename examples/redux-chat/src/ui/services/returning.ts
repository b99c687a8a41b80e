// Coming back from where a person consented: the page was left in the meantime.

import { useCallback, useEffect, useState } from 'react';

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
  /** Whether the person came back just now. */
  readonly isBack: boolean;
  readonly action: Action;
  readonly isConnected: boolean;
  /** Tries again with the same ticket, which is one intent. */
  readonly retry: () => void;
  /** The person has seen what came of it. */
  readonly forget: () => void;
}

/** Finishes what the person agreed to before they came back. */
export function useReturn(): Return {
  const action = useAction();
  const [isBack, setBack] = useState(ticket !== null);
  const [isConnected, setConnected] = useState(false);
  const { run } = action;
  const complete = useCallback(() => {
    if (ticket === null) return;
    void run(async () => {
      const answer = await attache.completeOAuth({ ticket });
      setConnected(answer.account !== null);
      return answer;
    });
  }, [run]);
  useEffect(() => {
    if (isTaken) return;
    isTaken = true;
    complete();
  }, [complete]);
  const forget = useCallback(() => {
    setBack(false);
  }, []);
  return { isBack, action, isConnected, retry: complete, forget };
}
