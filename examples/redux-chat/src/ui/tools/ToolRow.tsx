import { selectIsInvocable, type Tool } from '../../attache/index.ts';
import { attache, useStore } from '../../store.ts';
import { useAction } from '../action.ts';
import { ProblemNotice } from '../Notice.tsx';

interface Props {
  readonly tool: Tool;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

export function ToolRow({ tool, isChosen, onChoose }: Props) {
  const isInvocable = useStore((state) => selectIsInvocable(state, tool.id));
  const action = useAction();
  const { isPinned, isEnabled } = tool.settings;
  const set = (patch: { isPinned?: boolean; isEnabled?: boolean }) => {
    void action.run(() => attache.updateToolSettings({ toolId: tool.id, patch }));
  };
  return (
    <li className={isEnabled ? 'tool' : 'tool off'}>
      <button
        type="button"
        className="choose"
        aria-pressed={isChosen}
        disabled={!isInvocable && !tool.isHeld}
        onClick={onChoose}
      >
        <span className="title">
          {tool.title}
          {tool.change && <span className="badge changed">Changed</span>}
          {tool.hints.isDestructive && <span className="badge risky">Destructive</span>}
        </span>
        {tool.description && <span className="description">{tool.description}</span>}
      </button>
      <button
        type="button"
        className="plain toggle"
        aria-pressed={isPinned}
        aria-label={`Pin ${tool.title}`}
        title={isPinned ? 'Unpin' : 'Pin'}
        disabled={action.isBusy}
        onClick={() => {
          set({ isPinned: !isPinned });
        }}
      >
        {isPinned ? '★' : '☆'}
      </button>
      <input
        type="checkbox"
        role="switch"
        aria-label={`Enable ${tool.title}`}
        title={isEnabled ? 'Switch off' : 'Switch on'}
        checked={isEnabled}
        disabled={action.isBusy}
        onChange={() => {
          set({ isEnabled: !isEnabled });
        }}
      />
      <ProblemNotice problem={action.problem} />
    </li>
  );
}
