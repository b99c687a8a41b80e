// Something that a person started and that takes a moment.

import { useCallback, useState } from 'react';

import { NotLetIn, type Problem } from '../attache/index.ts';

const OUT_OF_REACH = 'The server could not be reached. Nothing was lost; try again.';
const NOT_SIGNED_IN = 'You are not signed in any more. Load this page again.';

export interface Action {
  readonly isBusy: boolean;
  /** Why it did not work, as a sentence. */
  readonly problem: string | null;
  readonly clear: () => void;
  /** Runs it, and says whether it worked. */
  readonly run: (
    what: () => Promise<{ readonly problems: readonly Problem[] } | undefined>,
  ) => Promise<boolean>;
}

export function useAction(): Action {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const run = useCallback<Action['run']>(async (what) => {
    setBusy(true);
    setProblem(null);
    try {
      const answer = await what();
      const refusal = answer?.problems[0];
      setProblem(refusal?.message ?? null);
      return refusal === undefined;
    } catch (error) {
      setProblem(error instanceof NotLetIn ? NOT_SIGNED_IN : OUT_OF_REACH);
      return false;
    } finally {
      setBusy(false);
    }
  }, []);
  const clear = useCallback(() => {
    setProblem(null);
  }, []);
  return { isBusy, problem, run, clear };
}
