import { useDeferredValue, useState } from 'react';

import { selectAccounts, selectToolGroups, selectToolsAreRead } from '../../attache/index.ts';
import { useStore } from '../../store.ts';
import { ServiceIcon } from '../ServiceIcon.tsx';
import { ToolRow } from './ToolRow.tsx';

interface Props {
  readonly chosen: string | null;
  readonly onChoose: (toolId: string) => void;
  readonly onServices: () => void;
}

/** The tools of all accounts, by account. */
export function ToolPicker({ chosen, onChoose, onServices }: Props) {
  const [search, setSearch] = useState('');
  const sought = useDeferredValue(search);
  const groups = useStore((state) => selectToolGroups(state, sought));
  const areRead = useStore(selectToolsAreRead);
  const hasAccounts = useStore((state) => selectAccounts(state).length > 0);
  return (
    <section className="picker" aria-label="Tools">
      <input
        type="search"
        aria-label="Search tools"
        placeholder="Search tools"
        value={search}
        onChange={(event) => {
          setSearch(event.target.value);
        }}
      />
      {!areRead && <p className="empty">Reading your tools…</p>}
      {areRead && groups.length === 0 && sought !== '' && (
        <p className="empty">No tool matches “{sought}”.</p>
      )}
      {areRead && groups.length === 0 && sought === '' && (
        <div className="empty">
          <p>{hasAccounts ? 'There are no tools yet.' : 'Nothing is connected yet.'}</p>
          <button type="button" className="primary" onClick={onServices}>
            Connect a service
          </button>
        </div>
      )}
      {groups.map(({ service, account, tools }) => (
        <div key={account.id} role="group" aria-label={account.label ?? service.name}>
          <h3 className="group-name">
            <ServiceIcon service={service} /> {service.name}
            {account.label && <span className="label">{account.label}</span>}
          </h3>
          <ul>
            {tools.map((tool) => (
              <ToolRow
                key={tool.id}
                tool={tool}
                isChosen={tool.id === chosen}
                onChoose={() => {
                  onChoose(tool.id);
                }}
              />
            ))}
          </ul>
        </div>
      ))}
    </section>
  );
}
