import { useEffect, useRef, useState, type ReactNode } from 'react';

import { build, draftOf, type Form, type Instance, type Problem } from '../../attache/index.ts';
import { useAction } from '../action.ts';
import { ProblemNotice } from '../Notice.tsx';
import { FormFields } from './FormFields.tsx';

interface Props {
  readonly form: Form;
  /** What is filled in at first, instead of what the form suggests. */
  readonly value?: unknown;
  /** Sends what was entered. */
  readonly send: (value: unknown) => Promise<{ readonly problems: readonly Problem[] }>;
  readonly onSent?: () => void;
  /** What is below the fields, with something to submit them. */
  readonly footer: (isBusy: boolean) => ReactNode;
}

/** A form that a person fills in and sends. What does not fit is said where it was entered. */
export function FilledForm({ form, value, send, onSent, footer }: Props) {
  const [draft, setDraft] = useState(() => draftOf(form, value));
  const [tries, setTries] = useState(0);
  const isTried = tries > 0;
  const [refusal, setRefusal] = useState<Readonly<Record<Instance, string>>>({});
  const action = useAction();
  const built = build(form, draft);
  const submit = async () => {
    setTries((before) => before + 1);
    if (action.isBusy || Object.keys(built.problems).length > 0) return;
    const hasWorked = await action.run(async () => {
      const answer = await send(built.value);
      setRefusal(violationsOf(answer.problems, built.instances));
      return answer;
    });
    if (hasWorked) onSent?.();
  };
  const shown = useRef<HTMLFormElement>(null);
  const isWrong = Object.keys(refusal).length > 0;
  useEffect(() => {
    // Who does not see what is wrong is taken there.
    if (tries > 0) shown.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [tries, isWrong]);
  return (
    <form
      ref={shown}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <div className="fields">
        <FormFields
          form={form}
          draft={draft}
          shown={built.shown}
          needed={built.needed}
          problems={{ ...refusal, ...(isTried ? built.problems : {}) }}
          onChange={(next) => {
            setDraft(next);
            setRefusal({});
          }}
        />
        {!form.isComplete && (
          <p className="hint">Some of what is asked for has no field of its own.</p>
        )}
      </div>
      <ProblemNotice problem={action.problem} />
      {footer(action.isBusy)}
    </form>
  );
}

/** What does not fit, at the fields that it came from, or what those are part of. */
function violationsOf(
  problems: readonly Problem[],
  instances: Readonly<Record<string, Instance>>,
): Readonly<Record<Instance, string>> {
  const found: Record<Instance, string> = {};
  for (const problem of problems) {
    if (problem.__typename !== 'ArgumentsInvalid') continue;
    for (const { pointer, message } of problem.violations) {
      let known = pointer;
      while (known !== '' && !(known in instances)) known = known.slice(0, known.lastIndexOf('/'));
      const instance = instances[known];
      if (instance !== undefined) found[instance] = message;
    }
  }
  return found;
}
