import { useState } from 'react';

import { selectConversations, selectPhase, type SyncPhase } from '../attache/index.ts';
import { useStore } from '../store.ts';
import { Composer } from './chat/Composer.tsx';
import { Conversation } from './chat/Conversation.tsx';
import { begin, useConversationId } from './conversation.ts';
import { useReturn } from './services/returning.ts';
import { ServicesDialog } from './services/ServicesDialog.tsx';
import { ToolPicker } from './tools/ToolPicker.tsx';

export function App() {
  const phase = useStore(selectPhase);
  const conversationId = useConversationId();
  const returned = useReturn();
  const [showsServices, setShowsServices] = useState(returned.isBack);
  const [toolId, setToolId] = useState<string | null>(null);
  // Before that the snapshot would replace what was read of it.
  const isReady = phase === 'live' || phase === 'catchingUp';
  return (
    <div className="app">
      <header className="top">
        <h1>Chat with your tools</h1>
        <Connection phase={phase} />
        <button
          type="button"
          onClick={() => {
            setShowsServices(true);
          }}
        >
          Services
        </button>
      </header>
      <nav className="side" aria-label="Conversations">
        <button type="button" className="new" onClick={begin}>
          New conversation
        </button>
        <Conversations current={conversationId} />
      </nav>
      <main>
        <Conversation key={conversationId} id={conversationId} isReady={isReady} />
        <Composer
          conversationId={conversationId}
          toolId={toolId}
          onDone={(sent) => {
            setToolId((chosen) => (chosen === sent ? null : chosen));
          }}
        />
      </main>
      <aside className="tools-side" aria-label="Your tools">
        <ToolPicker
          chosen={toolId}
          onChoose={setToolId}
          onServices={() => {
            setShowsServices(true);
          }}
        />
      </aside>
      {showsServices && (
        <ServicesDialog
          returned={returned}
          onClose={() => {
            setShowsServices(false);
            returned.forget();
          }}
        />
      )}
    </div>
  );
}

const PHASES: Readonly<Record<SyncPhase, string>> = {
  idle: 'Starting…',
  reading: 'Reading…',
  catchingUp: 'Catching up…',
  live: 'Live',
  offline: 'Out of reach. Trying again…',
  refused: 'Not signed in',
};

function Connection({ phase }: { readonly phase: SyncPhase }) {
  return (
    <span className={`connection ${phase}`} role="status">
      {PHASES[phase]}
    </span>
  );
}

function Conversations({ current }: { readonly current: string }) {
  const conversations = useStore(selectConversations);
  return (
    <ul>
      {conversations.map(({ id, title }) => (
        <li key={id}>
          <a href={`#${encodeURIComponent(id)}`} aria-current={id === current ? 'page' : undefined}>
            {title}
          </a>
        </li>
      ))}
    </ul>
  );
}
