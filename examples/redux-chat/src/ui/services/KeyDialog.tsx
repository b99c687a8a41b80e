import type { Service } from '../../attache/index.ts';
import { attache } from '../../store.ts';
import { Dialog } from '../Dialog.tsx';
import { FilledForm } from '../form/FilledForm.tsx';

interface Props {
  readonly service: Service;
  /** The account whose key is replaced, or null for one more. */
  readonly accountId: string | null;
  readonly onClose: () => void;
}

const NO_FORM = { isComplete: true, fields: [] };

/** Asks for the key of a service that takes one. */
export function KeyDialog({ service, accountId, onClose }: Props) {
  return (
    <Dialog title={`Connect ${service.name}`} isSmall onClose={onClose}>
      <FilledForm
        form={service.keyForm ?? NO_FORM}
        send={(values) => attache.connectWithKey({ serviceCode: service.code, accountId, values })}
        onSent={onClose}
        footer={(isBusy) => (
          <button type="submit" className="primary" disabled={isBusy}>
            {isBusy ? 'Connecting…' : 'Connect'}
          </button>
        )}
      />
    </Dialog>
  );
}
