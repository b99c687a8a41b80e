import { useState } from 'react';

import {
  selectAttempts,
  type Account,
  type Attempt,
  type Service,
} from '../../attache/index.ts';
import { attache, useStore } from '../../store.ts';
import { useAction } from '../action.ts';
import { ActionButton } from '../ActionButton.tsx';
import { ProblemNotice } from '../Notice.tsx';
import { ServiceIcon } from '../ServiceIcon.tsx';
import { AccountRow } from './AccountRow.tsx';
import { Departures } from './Departures.tsx';
import { KeyDialog } from './KeyDialog.tsx';
import { leaveFor } from './returning.ts';

interface Props {
  readonly service: Service;
  readonly accounts: readonly Account[];
}

export function ServiceCard({ service, accounts }: Props) {
  const action = useAction();
  const [asksForKey, setAsksForKey] = useState<{ readonly accountId: string | null } | null>(null);
  const [departed, setDeparted] = useState<readonly Account[]>([]);
  const attempts = useStore(selectAttempts).filter((it) => it.service.id === service.id);
  const pending = attempts.find((it) => it.state === 'PENDING');
  const failed = lastFailed(attempts);

  const connect = async (account?: Account) => {
    if (service.connectMethod === 'API_KEY') {
      setAsksForKey({ accountId: account?.id ?? null });
    } else if (service.connectMethod === 'NONE') {
      await action.run(() => attache.connectWithKey({ serviceCode: service.code }));
    } else {
      const target = account ? { accountId: account.id } : { serviceCode: service.code };
      await action.run(async () => {
        const begun = await attache.beginConnect({ target, returnTo: 'frontend' });
        if (begun.attempt?.authorizationUrl) leaveFor(begun.attempt.authorizationUrl);
        return begun;
      });
    }
  };

  return (
    <li className="card" aria-label={service.name}>
      <div className="heading">
        <ServiceIcon service={service} />
        <div>
          <h3>{service.name}</h3>
          {service.description && <p>{service.description}</p>}
        </div>
        {!pending && (
          <button
            type="button"
            className={accounts.length > 0 ? '' : 'primary'}
            disabled={action.isBusy || !service.acceptsConnections}
            onClick={() => void connect()}
          >
            {action.isBusy ? 'Connecting…' : accounts.length > 0 ? 'Add account' : 'Connect'}
            <span className="hidden"> {service.name}</span>
          </button>
        )}
      </div>
      <ProblemNotice problem={action.problem ?? failed?.problem?.message} />
      {pending && <PendingRow attempt={pending} />}
      {accounts.length > 0 && (
        <ul className="accounts">
          {accounts.map((account) => (
            <AccountRow
              key={account.id}
              service={service}
              account={account}
              onReconnect={() => void connect(account)}
              onGone={() => {
                setDeparted((before) => [...before, account]);
              }}
            />
          ))}
        </ul>
      )}
      <Departures service={service} accounts={departed} />
      {asksForKey && (
        <KeyDialog
          service={service}
          accountId={asksForKey.accountId}
          onClose={() => {
            setAsksForKey(null);
          }}
        />
      )}
    </li>
  );
}

/** The newest attempt, if nothing came of it and the person has not begun another one. */
function lastFailed(attempts: readonly Attempt[]): Attempt | undefined {
  const last = attempts.reduce<Attempt | undefined>(
    (newest, it) => (newest && newest.expiresAt > it.expiresAt ? newest : it),
    undefined,
  );
  return last?.problem ? last : undefined;
}

/** Somebody is at the service, in another window or gone for good. */
function PendingRow({ attempt }: { readonly attempt: Attempt }) {
  const action = useAction();
  return (
    <div className="pending">
      <span>Waiting for you at {attempt.authorizationHost}</span>
      <button
        type="button"
        onClick={() => {
          if (attempt.authorizationUrl) leaveFor(attempt.authorizationUrl);
        }}
      >
        Continue
      </button>
      <ActionButton
        action={action}
        what={() => attache.cancelConnect({ attemptId: attempt.id })}
        className="plain"
      >
        Give up
      </ActionButton>
      <ProblemNotice problem={action.problem} />
    </div>
  );
}
