import { useState } from 'react';

import { build } from '../../attache/form/build.ts';
import { draftOf, type Instance } from '../../attache/form/draft.ts';
import { selectService, type Elicitation, type Form } from '../../attache/index.ts';
import { attache, useStore } from '../../store.ts';
import { useAction } from '../action.ts';
import { FormFields } from '../form/FormFields.tsx';
import { Notice, ProblemNotice } from '../Notice.tsx';
import { violationsOf } from './violations.ts';

/** What a service asks in the middle of a call. */
export function Question({ question }: { readonly question: Elicitation }) {
  const service = useStore((state) => selectService(state, question.service.id));
  const action = useAction();
  const { ask } = question;
  if (question.state !== 'PENDING') {
    return (
      <p className="settled">
        {question.message} <em>{settled(question)}</em>
      </p>
    );
  }
  const elicitationId = question.id;
  const decide = (decision: 'ACCEPT' | 'DECLINE' | 'CANCEL') =>
    void action.run(() => attache.answerElicitation({ elicitationId, action: decision }));
  return (
    <section className="question" aria-label={`${service?.name ?? 'The service'} asks`}>
      <p>
        <strong>{service?.name ?? 'The service'} asks:</strong> {question.message}
      </p>
      {ask?.__typename === 'FormAsk' && <Answer form={ask.form} elicitationId={elicitationId} />}
      {ask?.__typename === 'UrlAsk' && (
        <>
          <p>
            <code>{ask.url}</code>
          </p>
          {ask.hasPunycode && (
            <Notice tone="bad">The name of this page may look like another one.</Notice>
          )}
          <div className="buttons">
            <a className="button" href={ask.url} target="_blank" rel="noopener noreferrer">
              Open {ask.host}
            </a>
            <button
              type="button"
              className="primary"
              disabled={action.isBusy}
              onClick={() => {
                decide('ACCEPT');
              }}
            >
              I was there
            </button>
          </div>
        </>
      )}
      <div className="buttons">
        <button
          type="button"
          disabled={action.isBusy}
          onClick={() => {
            decide('DECLINE');
          }}
        >
          Do not answer
        </button>
        <button
          type="button"
          className="plain"
          disabled={action.isBusy}
          onClick={() => {
            decide('CANCEL');
          }}
        >
          Stop the call
        </button>
      </div>
      <ProblemNotice problem={action.problem} />
    </section>
  );
}

function settled({ state, action }: Elicitation): string {
  if (state === 'EXPIRED') return 'Nobody answered in time.';
  if (state === 'WITHDRAWN') return 'No answer is needed any more.';
  return action === 'ACCEPT' ? 'You answered.' : 'You did not answer.';
}

interface AnswerProps {
  readonly form: Form;
  readonly elicitationId: string;
}

function Answer({ form, elicitationId }: AnswerProps) {
  const [draft, setDraft] = useState(() => draftOf(form));
  const [isTried, setTried] = useState(false);
  const [refusal, setRefusal] = useState<Readonly<Record<Instance, string>>>({});
  const action = useAction();
  const built = build(form, draft);
  const submit = async () => {
    setTried(true);
    if (Object.keys(built.problems).length > 0) return;
    await action.run(async () => {
      const content = built.value;
      const answer = await attache.answerElicitation({ elicitationId, action: 'ACCEPT', content });
      setRefusal(violationsOf(answer.problems, built.instances));
      return answer;
    });
  };
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
        problems={{ ...refusal, ...(isTried ? built.problems : {}) }}
        onChange={(next) => {
          setDraft(next);
          setRefusal({});
        }}
      />
      <ProblemNotice problem={action.problem} />
      <button type="submit" className="primary" disabled={action.isBusy}>
        Answer
      </button>
    </form>
  );
}
