import { useEffect, useState } from 'react';

import { selectForm, selectTool, selectWantsForm, type Invocation } from '../../attache/index.ts';
import { attache, useStore } from '../../store.ts';
import { useAction } from '../action.ts';
import { FilledForm } from '../form/FilledForm.tsx';
import { ProblemNotice } from '../Notice.tsx';
import { Values } from './Values.tsx';

/** A call that is not sent before the person agrees to it. */
export function Approval({ invocation }: { readonly invocation: Invocation }) {
  const toolId = invocation.tool?.id ?? '';
  const tool = useStore((state) => selectTool(state, toolId));
  const form = useStore((state) => selectForm(state, toolId));
  const [isEditing, setEditing] = useState(false);
  const action = useAction();
  const invocationId = invocation.id;
  const wantsForm = useStore((state) => isEditing && selectWantsForm(state, toolId));
  useEffect(() => {
    if (wantsForm) void attache.readForm(toolId).catch(() => undefined);
  }, [wantsForm, toolId]);
  const reject = () => void action.run(() => attache.rejectInvocation({ invocationId }));
  const approval = { invocationId, expectedToolRevision: tool?.revision ?? null };
  const approve = () => action.run(() => attache.approveInvocation(approval));
  return (
    <section className="question" aria-label="Approval">
      <p>
        <strong>Shall this run?</strong>{' '}
        {tool?.hints.isDestructive === true && 'The service says that it may destroy something.'}
      </p>
      {isEditing && form ? (
        <FilledForm
          form={form}
          value={invocation.arguments ?? {}}
          send={(changed) => attache.approveInvocation({ ...approval, arguments: changed })}
          footer={(isBusy) => (
            <button type="submit" className="primary" disabled={isBusy}>
              Run it so
            </button>
          )}
        />
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
