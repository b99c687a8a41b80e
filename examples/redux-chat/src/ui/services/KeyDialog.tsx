import { useState } from 'react';

import { build } from '../../attache/form/build.ts';
import { draftOf } from '../../attache/form/draft.ts';
import type { Service } from '../../attache/index.ts';
import { attache } from '../../store.ts';
import { useAction } from '../action.ts';
import { Dialog } from '../Dialog.tsx';
import { FormFields } from '../form/FormFields.tsx';
import { ProblemNotice } from '../Notice.tsx';

interface Props {
  readonly service: Service;
  readonly onClose: () => void;
}

const NO_FORM = { isComplete: true, fields: [] };

/** Asks for the key of a service that takes one. */
export function KeyDialog({ service, onClose }: Props) {
  const form = service.keyForm ?? NO_FORM;
  const [draft, setDraft] = useState(() => draftOf(form));
  const [isTried, setTried] = useState(false);
  const action = useAction();
  const built = build(form, draft);
  const submit = async () => {
    setTried(true);
    if (Object.keys(built.problems).length > 0) return;
    const input = { serviceCode: service.code, values: built.value };
    if (await action.run(() => attache.connectWithKey(input))) onClose();
  };
  return (
    <Dialog title={`Connect ${service.name}`} isSmall onClose={onClose}>
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
          onChange={setDraft}
          shown={built.shown}
          problems={isTried ? built.problems : {}}
        />
        <ProblemNotice problem={action.problem} />
        <button type="submit" className="primary" disabled={action.isBusy}>
          {action.isBusy ? 'Connecting…' : 'Connect'}
        </button>
      </form>
    </Dialog>
  );
}
