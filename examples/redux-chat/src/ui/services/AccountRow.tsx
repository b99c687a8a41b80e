import { useState } from 'react';

import { selectCatalog, type Account, type Catalog, type Service } from '../../attache/index.ts';
import { attache, useStore } from '../../store.ts';
import { useAction } from '../action.ts';
import { ProblemNotice } from '../Notice.tsx';
import { DisconnectDialog } from './DisconnectDialog.tsx';

interface Props {
  readonly service: Service;
  readonly account: Account;
  readonly onReconnect: () => void;
  readonly onGone: () => void;
}

export function AccountRow({ service, account, onReconnect, onGone }: Props) {
  const catalog = useStore((state) => selectCatalog(state, account.id));
  const action = useAction();
  const [isLeaving, setLeaving] = useState(false);
  const may = (what: (typeof account.availableActions)[number]) =>
    account.availableActions.includes(what);
  const name = account.label ?? service.name;
  return (
    <li className="account" aria-label={name}>
      <div className="who">
        <strong>{name}</strong>
        <span className={`badge ${account.state}`}>{STATES[account.state]}</span>
        <span className="tools">{described(catalog)}</span>
      </div>
      <div className="buttons">
        {account.state === 'NEEDS_REAUTHORIZATION' && may('REAUTHORIZE') && (
          <button type="button" className="primary" onClick={onReconnect}>
            Connect again
          </button>
        )}
        {may('REFRESH_CATALOG') && (
          <button
            type="button"
            className="plain"
            disabled={action.isBusy || catalog?.state === 'REFRESHING'}
            aria-label={`Read the tools of ${name} again`}
            onClick={() => void action.run(() => attache.refreshCatalog({ accountId: account.id }))}
          >
            ↻
          </button>
        )}
        <button
          type="button"
          disabled={!may('DISCONNECT')}
          onClick={() => {
            setLeaving(true);
          }}
        >
          {account.state === 'DISCONNECTING' ? 'Disconnecting…' : 'Disconnect'}
          <span className="hidden"> {name}</span>
        </button>
      </div>
      <ProblemNotice
        problem={action.problem ?? account.problem?.message ?? catalog?.problem?.message}
      />
      {isLeaving && (
        <DisconnectDialog
          service={service}
          account={account}
          onGone={onGone}
          onClose={() => {
            setLeaving(false);
          }}
        />
      )}
    </li>
  );
}

const STATES = {
  CONNECTED: 'Connected',
  NEEDS_REAUTHORIZATION: 'Needs you',
  DISCONNECTING: 'Disconnecting',
} as const;

function described(catalog: Catalog | undefined): string {
  if (!catalog || catalog.state === 'LOADING') return 'Reading its tools…';
  if (catalog.state === 'REFRESHING') return 'Reading its tools again…';
  return catalog.toolCount === 1 ? '1 tool' : `${catalog.toolCount} tools`;
}
