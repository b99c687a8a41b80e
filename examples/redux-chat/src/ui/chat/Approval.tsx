import { useEffect, useState } from 'react';

import { selectForm, selectTool, selectWantsForm, type Form, type Invocation } from '../../attache/index.ts';
import { attache, useStore } from '../../store.ts';
import { useAction } from '../action.ts';
import { ActionButton } from '../ActionButton.tsx';
import { FilledForm } from '../form/FilledForm.tsx';
import { ProblemNotice } from '../Notice.tsx';
import { Change } from '../tools/Change.tsx';
import { Values } from './Values.tsx';

/** A call that is not sent before the person agrees to it. */
export function Approval({ invocation }: { readonly invocation: Invocation }) {
  const toolId = invocation.tool?.id ?? '';
  const tool = useStore((state) => selectTool(state, toolId));
  const form = useStore((state) => selectForm(state, toolId));
  const [isEditing, setEditing] = useState(false);
  // The server compares the tool with the one that the person was asked about. Where that changed, it
  // takes the word of who has seen what it is now.
  const [seen, setSeen] = useState<number | null>(null);
  const action = useAction();
  const invocationId = invocation.id;
  const wantsForm = useStore((state) => isEditing && selectWantsForm(state, toolId));
  useEffect(() => {
    if (wantsForm) void attache.readForm(toolId).catch(() => undefined);
  }, [wantsForm, tool?.revision, toolId]);
  const approve = async (changed?: unknown) => {
    const input = { invocationId, expectedToolRevision: seen };
    const answer = await attache.approveInvocation(
      changed === undefined ? input : { ...input, arguments: changed },
    );
    const hasChanged = answer.problems.some((it) => it.__typename === 'ToolChanged');
    if (hasChanged) setSeen(tool?.revision ?? null);
    return answer;
  };
  return (
    <section className="question" aria-label="Approval">
      <p>
        <strong>Shall this run?</strong>{' '}
        {tool?.hints.isDestructive === true && 'The service says that it may destroy something.'}
      </p>
      {tool?.change && <Change tool={tool} />}
      {isEditing && form ? (
        <FilledForm
          form={form.form}
          value={invocation.arguments ?? {}}
          send={(changed) => approve({ ...unseen(form.form, invocation.arguments), ...object(changed) })}
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
            <ActionButton action={action} what={() => approve()} className="primary">
              Run it
            </ActionButton>
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
        <ActionButton action={action} what={() => attache.rejectInvocation({ invocationId })}>
          Do not run
        </ActionButton>
      </div>
      <ProblemNotice problem={action.problem} />
    </section>
  );
}

const object = (value: unknown): object =>
  typeof value === 'object' && value !== null ? value : {};

/** The arguments that no field shows: they stay as they are. */
function unseen(form: Form, value: unknown): object {
  const members = Object.entries(object(value)).filter(([name]) => {
    const pointer = `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    return !form.fields.some(
      (field) => field.pointer === pointer || field.pointer.startsWith(`${pointer}/`),
    );
  });
  return Object.fromEntries(members);
}
