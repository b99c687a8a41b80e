import { selectCatalog, type Account, type Service } from '../../attache/index.ts';
import { attache, useStore } from '../../store.ts';
import { useAction } from '../action.ts';
import { Dialog } from '../Dialog.tsx';
import { ProblemNotice } from '../Notice.tsx';

interface Props {
  readonly service: Service;
  readonly account: Account;
  readonly onGone: () => void;
  readonly onClose: () => void;
}

/** Names what goes, and what stays, before it goes. */
export function DisconnectDialog({ service, account, onGone, onClose }: Props) {
  const catalog = useStore((state) => selectCatalog(state, account.id));
  const action = useAction();
  const isBusy = action.isBusy || account.state === 'DISCONNECTING';
  const name = account.label ?? service.name;
  const disconnect = async () => {
    if (await action.run(() => attache.disconnect({ accountId: account.id }))) {
      onGone();
      onClose();
    }
  };
  return (
    <Dialog
      title={`Disconnect ${name}?`}
      isSmall
      onClose={onClose}
      footer={
        <>
          <button type="button" onClick={onClose} disabled={isBusy}>
            Keep it
          </button>
          <button
            type="button"
            className="danger"
            disabled={isBusy}
            onClick={() => void disconnect()}
          >
            {isBusy ? 'Disconnecting…' : 'Disconnect'}
          </button>
        </>
      }
    >
      <p>This goes, and cannot be brought back:</p>
      <ul>
        <li>the access to {service.name} that is stored here</li>
        <li>
          {catalog?.toolCount ?? 0} tools, with what you pinned and preset, and calls that still run
        </li>
      </ul>
      <p>
        {service.connectMethod === 'OAUTH'
          ? `${service.name} is asked to revoke the access as well. `
          : ''}
        The history of your conversations stays.
      </p>
      <ProblemNotice problem={action.problem} />
    </Dialog>
  );
}
