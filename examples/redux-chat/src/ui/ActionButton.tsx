import type { ReactNode } from 'react';

import type { Action } from './action.ts';

interface Props {
  readonly action: Action;
  /** What a click does. Nothing more while it is done. */
  readonly what: Parameters<Action['run']>[0];
  readonly className?: 'primary' | 'plain';
  readonly children: ReactNode;
}

/** A button for something that takes a moment. Why it did not work is the action's to say. */
export function ActionButton({ action, what, className, children }: Props) {
  return (
    <button
      type="button"
      className={className}
      disabled={action.isBusy}
      onClick={() => void action.run(what)}
    >
      {children}
    </button>
  );
}
