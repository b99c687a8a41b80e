import { useEffect, useState } from 'react';

import { build } from '../../attache/form/build.ts';
import { draftOf, type Instance } from '../../attache/form/draft.ts';
import { selectForm, selectTool, type Form, type Invocation } from '../../attache/index.ts';
import { attache, useStore } from '../../store.ts';
import { useAction } from '../action.ts';
import { FormFields } from '../form/FormFields.tsx';
import { ProblemNotice } from '../Notice.tsx';
import { Values } from './Values.tsx';
import { violationsOf } from './violations.ts';

/** A call that is not sent before the person agrees to it. */
export function Approval({ invocation }: { readonly invocation: Invocation }) {
  const toolId = invocation.tool?.id ?? '';
  const tool = useStore((state) => selectTool(state, toolId));
  const form = useStore((state) => selectForm(state, toolId));
  const [isEditing, setEditing] = useState(false);
  const action = useAction();
  const invocationId = invocation.id;
  const isMissing = isEditing && tool !== undefined && form === undefined;
  useEffect(() => {
    if (isMissing) void attache.readForm(toolId).catch(() => undefined);
  }, [isMissing, toolId]);
  const reject = () => void action.run(() => attache.rejectInvocation({ invocationId }));
  const approve = () =>
    action.run(() =>
      attache.approveInvocation({
        invocationId,
        expectedToolRevision: tool?.revision ?? null,
      }),
    );
  return (
    <section className="question" aria-label="Approval">
      <p>
        <strong>Shall this run?</strong>{' '}
        {tool?.hints.isDestructive === true && 'The service says that it may destroy something.'}
      </p>
      {isEditing && form ? (
        <Edited form={form} invocation={invocation} revision={tool?.revision ?? null} />
      ) : (
        <>
          <Values value={invocation.arguments} />
          <div className="buttons">
            <button
              type="button"
              className="primary"
              disabled={action.isBusy}
              onClick={() => void approve()}
            >
              Run it
            </button>
            <button
              type="button"
              disabled={action.isBusy}
              onClick={() => {
                setEditing(true);
              }}
            >
              Change
            </button>
          </div>
        </>
      )}
      <div className="buttons">
        <button type="button" disabled={action.isBusy} onClick={reject}>
          Do not run
        </button>
      </div>
      <ProblemNotice problem={action.problem} />
    </section>
  );
}

interface EditedProps {
  readonly form: Form;
  readonly invocation: Invocation;
  readonly revision: number | null;
}

function Edited({ form, invocation, revision }: EditedProps) {
  const [draft, setDraft] = useState(() => draftOf(form, invocation.arguments ?? {}));
  const [refusal, setRefusal] = useState<Readonly<Record<Instance, string>>>({});
  const action = useAction();
  const built = build(form, draft);
  const submit = () =>
    action.run(async () => {
      const answer = await attache.approveInvocation({
        invocationId: invocation.id,
        arguments: built.value,
        expectedToolRevision: revision,
      });
      setRefusal(violationsOf(answer.problems, built.instances));
      return answer;
    });
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <FormFields
        form={form}
        draft={draft}
        shown={built.shown}
        problems={{ ...refusal, ...built.problems }}
        onChange={setDraft}
      />
      <ProblemNotice problem={action.problem} />
      <button type="submit" className="primary" disabled={action.isBusy}>
        Run it so
      </button>
    </form>
  );
}
