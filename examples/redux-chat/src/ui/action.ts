// Something that a person started and that takes a moment.

import { useCallback, useState } from 'react';

import { Fault, NotLetIn, type Problem } from '../attache/index.ts';

const OUT_OF_REACH = 'The server could not be reached. Nothing was lost; try again.';
const FAILED = 'The server failed. Try again in a moment.';
const NOT_SIGNED_IN = 'You are not signed in any more. Load this page again.';

export interface Action {
  readonly isBusy: boolean;
  /** Why it did not work, as a sentence. */
  readonly problem: string | null;
  /** Whether nobody knows what became of it: it can be tried again. */
  readonly wasLost: boolean;
  /** Runs it, and says whether it worked. */
  readonly run: (
    what: () => Promise<{ readonly problems: readonly Problem[] } | undefined>,
  ) => Promise<boolean>;
}

export function useAction(): Action {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [wasLost, setLost] = useState(false);
  const run = useCallback<Action['run']>(async (what) => {
    setBusy(true);
    setProblem(null);
    setLost(false);
    try {
      const answer = await what();
      const refusal = answer?.problems[0];
      setProblem(refusal?.message ?? null);
      return refusal === undefined;
    } catch (error) {
      setLost(true);
      setProblem(sentenceOf(error));
      return false;
    } finally {
      setBusy(false);
    }
  }, []);
  return { isBusy, problem, wasLost, run };
}

function sentenceOf(error: unknown): string {
  if (error instanceof NotLetIn) return NOT_SIGNED_IN;
  return error instanceof Fault ? FAILED : OUT_OF_REACH;
}
