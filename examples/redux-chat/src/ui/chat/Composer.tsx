import { useEffect, useRef, useState } from 'react';

import {
  selectAccount,
  selectForm,
  selectService,
  selectTool,
  selectWantsForm,
  type ToolForm,
  type Tool,
} from '../../attache/index.ts';
import { attache, useStore } from '../../store.ts';
import { useAction } from '../action.ts';
import { FilledForm } from '../form/FilledForm.tsx';
import { ProblemNotice } from '../Notice.tsx';
import { Change } from '../tools/Change.tsx';

interface Props {
  readonly conversationId: string;
  readonly toolId: string | null;
  /** The call was sent, or the tool put away. */
  readonly onDone: (toolId: string) => void;
}

/** Where the person says what they want, and with which tool. */
export function Composer({ conversationId, toolId, onDone }: Props) {
  const [prompt, setPrompt] = useState('');
  const tool = useStore((state) => (toolId === null ? undefined : selectTool(state, toolId)));
  const form = useStore((state) => (toolId === null ? undefined : selectForm(state, toolId)));
  const reading = useAction();
  const { run } = reading;
  const wantsForm = useStore((state) => toolId !== null && selectWantsForm(state, toolId));
  useEffect(() => {
    if (toolId !== null && wantsForm) {
      void run(async () => {
        await attache.readForm(toolId);
        return undefined;
      });
    }
  }, [toolId, tool?.revision, wantsForm, run]);
  return (
    <section className="composer" aria-label="New call">
      {tool && (
        <ToolHeading
          tool={tool}
          onClose={() => {
            onDone(tool.id);
          }}
        />
      )}
      {tool?.change && <Change tool={tool} />}
      <ProblemNotice problem={reading.problem} />
      {tool && !form && !reading.problem && <p className="empty">Reading the form…</p>}
      {tool && form ? (
        <Call
          // What was entered stays when the same tool moves on.
          key={tool.id}
          tool={tool}
          form={form}
          prompt={prompt}
          onPrompt={setPrompt}
          conversationId={conversationId}
          onDone={() => {
            setPrompt('');
            onDone(tool.id);
          }}
        />
      ) : (
        <div className="prompt">
          <PromptInput prompt={prompt} onPrompt={setPrompt} />
          <button type="button" className="primary" disabled>
            Run
          </button>
        </div>
      )}
    </section>
  );
}

function ToolHeading({ tool, onClose }: { readonly tool: Tool; readonly onClose: () => void }) {
  const account = useStore((state) => selectAccount(state, tool.account.id));
  const service = useStore((state) => account && selectService(state, account.service.id));
  return (
    <header>
      <h2>{tool.title}</h2>
      <span className="label">
        {service?.name}
        {account?.label ? ` · ${account.label}` : ''}
      </span>
      <button type="button" className="plain" aria-label="Choose no tool" onClick={onClose}>
        ✕
      </button>
      {tool.description && <p className="description">{tool.description}</p>}
    </header>
  );
}

interface PromptProps {
  readonly prompt: string;
  readonly onPrompt: (prompt: string) => void;
}

function PromptInput({ prompt, onPrompt }: PromptProps) {
  return (
    <input
      type="text"
      aria-label="What you want"
      placeholder="What do you want? Choose a tool for it."
      maxLength={4000}
      value={prompt}
      onChange={(event) => {
        onPrompt(event.target.value);
      }}
    />
  );
}

interface CallProps extends PromptProps {
  readonly tool: Tool;
  readonly form: ToolForm;
  readonly conversationId: string;
  readonly onDone: () => void;
}

function Call({ tool, form, prompt, onPrompt, conversationId, onDone }: CallProps) {
  const intent = useRef<{ readonly of: string; readonly key: string } | null>(null);
  const send = (value: unknown) => {
    const input = {
      toolId: tool.id,
      arguments: value,
      // What the person saw.
      expectedToolRevision: form.revision,
      conversationId,
      prompt: prompt.trim() === '' ? null : prompt.trim(),
      ifUnconfirmed: 'AWAIT_APPROVAL',
    } as const;
    // Trying again the same thing is the same intent, and runs once.
    const of = JSON.stringify(input);
    if (intent.current?.of !== of) intent.current = { of, key: crypto.randomUUID() };
    return attache.invokeTool({ ...input, idempotencyKey: intent.current.key });
  };
  return (
    <FilledForm
      form={form.form}
      send={send}
      onSent={onDone}
      footer={(isBusy) => (
        <div className="prompt">
          <PromptInput prompt={prompt} onPrompt={onPrompt} />
          <button type="submit" className="primary" disabled={isBusy || tool.isHeld}>
            {isBusy ? 'Sending…' : 'Run'}
          </button>
        </div>
      )}
    />
  );
}
