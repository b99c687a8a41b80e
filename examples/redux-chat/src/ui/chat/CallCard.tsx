import { useRef, useState } from 'react';

import {
  selectQuestions,
  selectService,
  selectTool,
  type Invocation,
} from '../../attache/index.ts';
import { attache, useStore } from '../../store.ts';
import { useAction } from '../action.ts';
import { ActionButton } from '../ActionButton.tsx';
import { Notice, ProblemNotice } from '../Notice.tsx';
import { ServiceIcon } from '../ServiceIcon.tsx';
import { leaveFor } from '../services/returning.ts';
import { Approval } from './Approval.tsx';
import { Question } from './Question.tsx';
import { ResultView } from './ResultView.tsx';
import { Values } from './Values.tsx';

/** One call: what was asked for, how it goes, and what came of it. */
export function CallCard({ invocation }: { readonly invocation: Invocation }) {
  const service = useStore((state) => selectService(state, invocation.service.id));
  const tool = useStore((state) => invocation.tool && selectTool(state, invocation.tool.id));
  const questions = useStore((state) => selectQuestions(state, invocation.id));
  const title = tool?.title ?? invocation.toolName;
  return (
    <article className="call" aria-label={title} data-state={invocation.state}>
      {invocation.prompt && <p className="said">{invocation.prompt}</p>}
      <div className="answer">
        <header>
          {service && <ServiceIcon service={service} />}
          <h2>{title}</h2>
          <span className={`badge ${invocation.state}`}>{STATES[invocation.state]}</span>
          <time dateTime={invocation.createdAt}>
            {new Date(invocation.createdAt).toLocaleTimeString([], { timeStyle: 'short' })}
          </time>
        </header>
        {invocation.erasedAt !== null && <p className="empty">You erased what this call carried.</p>}
        {invocation.arguments !== null && !isEmpty(invocation.arguments) && (
          <details>
            <summary>What was sent</summary>
            <Values value={invocation.arguments} />
          </details>
        )}
        {invocation.state === 'APPROVAL_REQUIRED' && (
          <Approval invocation={invocation} />
        )}
        {invocation.state === 'AWAITING_AUTHORIZATION' && <Permission invocation={invocation} />}
        {questions.map((question) => (
          <Question key={question.id} question={question} />
        ))}
        {isUnderWay(invocation) && <Progress invocation={invocation} />}
        {invocation.result && <ResultView result={invocation.result} />}
        {invocation.problem && <ProblemNotice problem={invocation.problem.message} />}
        <Buttons invocation={invocation} title={title} />
      </div>
    </article>
  );
}

const STATES: Readonly<Record<Invocation['state'], string>> = {
  APPROVAL_REQUIRED: 'Needs your approval',
  QUEUED: 'Waiting',
  RUNNING: 'Running',
  AWAITING_AUTHORIZATION: 'Needs permission',
  AWAITING_INPUT: 'Has a question',
  CANCELLING: 'Stopping',
  SUCCEEDED: 'Done',
  FAILED: 'Failed',
  CANCELLED: 'Stopped',
  INTERRUPTED: 'Interrupted',
};

const isEmpty = (value: unknown) =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;

const isUnderWay = ({ state }: Invocation) =>
  state === 'QUEUED' || state === 'RUNNING' || state === 'CANCELLING';

/** How far it is, as far as the service says. */
function Progress({ invocation: { progress, log } }: { readonly invocation: Invocation }) {
  const last = log.at(-1);
  return (
    <div className="progress">
      <progress
        aria-label="Progress"
        {...(progress?.total ? { value: progress.current, max: progress.total } : {})}
      />
      <span>{progress?.message ?? last?.text}</span>
    </div>
  );
}

function Permission({ invocation }: { readonly invocation: Invocation }) {
  const attempt = invocation.connectAttempt;
  return (
    <Notice>
      <p>The service wants more permissions for this than it has from you.</p>
      {attempt?.authorizationUrl && (
        <button
          type="button"
          className="primary"
          onClick={() => {
            if (attempt.authorizationUrl) leaveFor(attempt.authorizationUrl);
          }}
        >
          Continue at {attempt.authorizationHost}
        </button>
      )}
    </Notice>
  );
}

function Buttons({ invocation, title }: { readonly invocation: Invocation; readonly title: string }) {
  const action = useAction();
  const [asksToErase, setAsksToErase] = useState(false);
  const invocationId = invocation.id;
  const may = (what: (typeof invocation.availableActions)[number]) =>
    invocation.availableActions.includes(what);
  // One key for one intent: trying again after a loss runs nothing twice.
  const key = useRef<string | null>(null);
  const repeat = async () => {
    key.current ??= crypto.randomUUID();
    const answer = await attache.repeatInvocation({
      invocationId,
      idempotencyKey: key.current,
      ifUnconfirmed: 'AWAIT_APPROVAL',
    });
    key.current = null;
    return answer;
  };
  return (
    <div className="buttons">
      {may('CANCEL') && invocation.state !== 'APPROVAL_REQUIRED' && (
        <ActionButton action={action} what={() => attache.cancelInvocation({ invocationId })}>
          Stop<span className="hidden"> {title}</span>
        </ActionButton>
      )}
      {may('REPEAT') && (
        <ActionButton action={action} what={repeat} className="plain">
          Run again<span className="hidden">: {title}</span>
        </ActionButton>
      )}
      {may('ERASE') && (
        <button
          type="button"
          className="plain"
          disabled={action.isBusy}
          onClick={() => {
            if (asksToErase) void action.run(() => attache.eraseInvocation({ invocationId }));
            setAsksToErase(!asksToErase);
          }}
        >
          {asksToErase ? 'Erase for good?' : 'Erase'}
          <span className="hidden"> what {title} carried</span>
        </button>
      )}
      <ProblemNotice problem={action.problem} />
    </div>
  );
}
