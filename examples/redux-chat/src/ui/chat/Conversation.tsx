import { useEffect } from 'react';

import { selectConversation } from '../../attache/index.ts';
import { attache, useStore } from '../../store.ts';
import { useAction } from '../action.ts';
import { ProblemNotice } from '../Notice.tsx';
import { CallCard } from './CallCard.tsx';

/** Keeps the end in sight while something is added or the room changes, for who looks at it. */
function stayAtEnd(place: HTMLDivElement): () => void {
  let isAtEnd = true;
  let known = { content: 0, room: 0 };
  const look = () => {
    const { scrollHeight, clientHeight, scrollTop } = place;
    // It is the person who scrolled, and not the browser because something changed.
    if (scrollHeight !== known.content || clientHeight !== known.room) return;
    isAtEnd = scrollHeight - scrollTop - clientHeight < 80;
  };
  const observer = new ResizeObserver(() => {
    if (isAtEnd) place.scrollTop = place.scrollHeight;
    known = { content: place.scrollHeight, room: place.clientHeight };
  });
  observer.observe(place);
  if (place.firstElementChild) observer.observe(place.firstElementChild);
  place.addEventListener('scroll', look);
  return () => {
    observer.disconnect();
    place.removeEventListener('scroll', look);
  };
}

/** The calls of a conversation. */
export function Conversation({ id, isReady }: { readonly id: string; readonly isReady: boolean }) {
  const calls = useStore((state) => selectConversation(state, id));
  const action = useAction();
  const { run } = action;
  useEffect(() => {
    if (!isReady) return;
    void run(async () => {
      await attache.readConversation(id);
      return undefined;
    });
  }, [id, isReady, run]);

  return (
    <div
      className="conversation"
      role="log"
      aria-label="Conversation"
      tabIndex={0}
      ref={stayAtEnd}
    >
      <div>
      <ProblemNotice problem={action.problem} />
      {calls.length === 0 && !action.isBusy && (
        <div className="welcome">
          <h2>What shall be done?</h2>
          <p>Choose a tool, fill in what it needs, and run it. What comes of it appears here.</p>
        </div>
      )}
      {calls.map((invocation) => (
        <CallCard key={invocation.id} invocation={invocation} />
      ))}
      </div>
    </div>
  );
}
