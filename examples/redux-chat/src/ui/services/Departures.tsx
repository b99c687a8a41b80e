import {
  selectAccount,
  selectRevocation,
  type Account,
  type Service,
} from '../../attache/index.ts';
import { useStore } from '../../store.ts';
import { Notice } from '../Notice.tsx';

interface Props {
  readonly service: Service;
  readonly accounts: readonly Account[];
}

/** What a service said to the end of accounts that were disconnected just now. */
export function Departures({ service, accounts }: Props) {
  return accounts.map((account) => (
    <Departure key={account.id} service={service} account={account} />
  ));
}

function Departure({ service, account }: { readonly service: Service; readonly account: Account }) {
  const revocation = useStore((state) => selectRevocation(state, account.id));
  const isThere = useStore((state) => selectAccount(state, account.id) !== undefined);
  if (isThere) return null;
  const name = account.label ?? 'The account';
  const settings = service.settingsUrl && (
    <>
      {' '}
      You can end it yourself at <a href={service.settingsUrl} target="_blank" rel="noopener noreferrer">
        {service.name}
      </a>.
    </>
  );
  if (service.connectMethod === 'NONE') return <Notice tone="good">{name} is disconnected.</Notice>;
  switch (revocation) {
    case 'DONE':
      return (
        <Notice tone="good">
          {name} is disconnected, and {service.name} confirmed that the access no longer works.
        </Notice>
      );
    case 'UNSUPPORTED':
      return (
        <Notice>
          {name} is disconnected here. {service.name} has no way to revoke its access.{settings}
        </Notice>
      );
    case 'FAILED':
      return (
        <Notice tone="bad">
          {name} is disconnected here. {service.name} did not confirm that the access ended.
          {settings}
        </Notice>
      );
    case 'SPARED':
      return (
        <Notice>
          {name} is disconnected here. Its access at {service.name} ends with your other account
          there.
        </Notice>
      );
    default:
      return (
        <Notice>
          {name} is disconnected here. {service.name} is being asked to revoke the access.
        </Notice>
      );
  }
}
