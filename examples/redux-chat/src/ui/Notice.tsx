import type { ReactNode } from 'react';

type Tone = 'good' | 'bad' | 'plain';

/** A sentence that somebody should hear as well. */
export function Notice({ tone = 'plain', children }: { readonly tone?: Tone; readonly children: ReactNode }) {
  return (
    <div className={`notice ${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
      {children}
    </div>
  );
}

/** A problem, where there is one. */
export function ProblemNotice({ problem }: { readonly problem: string | null | undefined }) {
  return problem ? <Notice tone="bad">{problem}</Notice> : null;
}
