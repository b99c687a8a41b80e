import { selectService, type Elicitation, type Form } from '../../attache/index.ts';
import { attache, useStore } from '../../store.ts';
import { useAction } from '../action.ts';
import { ActionButton } from '../ActionButton.tsx';
import { FilledForm } from '../form/FilledForm.tsx';
import { Notice, ProblemNotice } from '../Notice.tsx';

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
  const decide = (decision: 'ACCEPT' | 'DECLINE' | 'CANCEL') => () =>
    attache.answerElicitation({ elicitationId, action: decision });
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
            <ActionButton action={action} what={decide('ACCEPT')} className="primary">
              I was there
            </ActionButton>
          </div>
        </>
      )}
      <div className="buttons">
        <ActionButton action={action} what={decide('DECLINE')}>
          Do not answer
        </ActionButton>
        <ActionButton action={action} what={decide('CANCEL')} className="plain">
          Stop the call
        </ActionButton>
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
  return (
    <FilledForm
      form={form}
      send={(content) =>
        attache.answerElicitation({ elicitationId, action: 'ACCEPT', content })
      }
      footer={(isBusy) => (
        <button type="submit" className="primary" disabled={isBusy}>
          Answer
        </button>
      )}
    />
  );
}
