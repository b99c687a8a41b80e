import { selectServiceCards } from '../../attache/index.ts';
import { useStore } from '../../store.ts';
import { Dialog } from '../Dialog.tsx';
import { Notice, ProblemNotice } from '../Notice.tsx';
import type { Return } from './returning.ts';
import { ServiceCard } from './ServiceCard.tsx';

interface Props {
  readonly returned: Return;
  readonly onClose: () => void;
}

/** What can be connected, and what is. */
export function ServicesDialog({ returned, onClose }: Props) {
  const cards = useStore(selectServiceCards);
  const { isBack, action, isConnected, retry } = returned;
  return (
    <Dialog title="Services" onClose={onClose}>
      {isBack && action.isBusy && <Notice>Connecting…</Notice>}
      {isBack && isConnected && <Notice tone="good">Connected.</Notice>}
      {isBack && <ProblemNotice problem={action.problem} />}
      {isBack && action.wasLost && (
        <button type="button" onClick={retry}>
          Try again
        </button>
      )}
      {cards.length === 0 && <p className="empty">No services are on offer here.</p>}
      <ul className="cards">
        {cards.map(({ service, accounts }) => (
          <ServiceCard key={service.id} service={service} accounts={accounts} />
        ))}
      </ul>
    </Dialog>
  );
}
