import type { Tool } from '../../attache/index.ts';
import { attache } from '../../store.ts';
import { useAction } from '../action.ts';
import { ActionButton } from '../ActionButton.tsx';
import { Notice, ProblemNotice } from '../Notice.tsx';

/** A tool that is not what the person knew. */
export function Change({ tool }: { readonly tool: Tool }) {
  const action = useAction();
  if (!tool.change) return null;
  const { parts, digest, former } = tool.change;
  return (
    <Notice>
      <p>
        The service changed this tool: {parts.map((part) => part.toLowerCase().replace('_', ' ')).join(', ')}.
        {former.description && former.description !== tool.description && (
          <> It said before: “{former.description}”</>
        )}
      </p>
      <ActionButton action={action} what={() => attache.acceptToolChange({ toolId: tool.id, digest })}>
        Accept the change
      </ActionButton>
      <ProblemNotice problem={action.problem} />
    </Notice>
  );
}
