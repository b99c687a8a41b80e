// What a person can do. The answer goes through the same reducers as the event of it, so the screen
// moves with whichever comes first.

import type { Dispatch } from '@reduxjs/toolkit';

import * as events from './events.ts';
import * as documents from './generated.ts';
import type { TypedDocumentString } from './generated.ts';
import { conversationRead, formRead } from './reads.ts';
import { Fault, type Transport } from './transport.ts';
import type {
  Account,
  Attempt,
  Elicitation,
  Invocation,
  Problem,
  Tool,
} from './nodes.ts';

/** What the payload of a mutation may carry that has a revision. Of anything else, its event tells. */
interface Answer {
  readonly problems: readonly Problem[];
  readonly attempt?: Attempt | null;
  readonly account?: Account | null;
  readonly tool?: Tool | null;
  readonly invocation?: Invocation | null;
  readonly elicitation?: Elicitation | null;
}

function apply(dispatch: Dispatch, answer: Answer): void {
  if (answer.account) dispatch(events.accountUpdated({ account: answer.account }));
  if (answer.attempt) dispatch(events.connectAttemptUpdated({ attempt: answer.attempt }));
  if (answer.tool) dispatch(events.toolUpdated({ tool: answer.tool }));
  if (answer.invocation) dispatch(events.invocationUpdated({ invocation: answer.invocation }));
  if (answer.elicitation) dispatch(events.elicitationUpdated({ elicitation: answer.elicitation }));
}

/** Everything a person can do, and two things to read when they look at them. */
export function createCommands(dispatch: Dispatch, { request }: Transport) {
  const mutation =
    <Result extends Record<keyof Result, Answer | null>, Input>(
      document: TypedDocumentString<Result, { readonly input: Input }>,
    ) =>
    async (input: Input) => {
      const result = await request(document, { input });
      const [field] = Object.keys(result) as (keyof Result)[];
      const answer = field && result[field];
      if (!answer) throw new Fault('The server failed');
      apply(dispatch, answer);
      return answer;
    };

  return {
    selectServices: mutation(documents.SelectServicesDocument),
    addService: mutation(documents.AddServiceDocument),
    removeService: mutation(documents.RemoveServiceDocument),
    beginConnect: mutation(documents.BeginConnectDocument),
    completeOAuth: mutation(documents.CompleteOAuthDocument),
    connectWithKey: mutation(documents.ConnectWithKeyDocument),
    cancelConnect: mutation(documents.CancelConnectDocument),
    disconnect: mutation(documents.DisconnectDocument),
    refreshCatalog: mutation(documents.RefreshCatalogDocument),
    updateToolSettings: mutation(documents.UpdateToolSettingsDocument),
    acceptToolChange: mutation(documents.AcceptToolChangeDocument),
    updateViewerSettings: mutation(documents.UpdateViewerSettingsDocument),
    invokeTool: mutation(documents.InvokeToolDocument),
    approveInvocation: mutation(documents.ApproveInvocationDocument),
    rejectInvocation: mutation(documents.RejectInvocationDocument),
    cancelInvocation: mutation(documents.CancelInvocationDocument),
    repeatInvocation: mutation(documents.RepeatInvocationDocument),
    eraseInvocation: mutation(documents.EraseInvocationDocument),
    answerElicitation: mutation(documents.AnswerElicitationDocument),

    /** Reads the form of a tool. */
    readForm: async (id: string): Promise<void> => {
      const { node } = await request(documents.ToolFormDocument, { id });
      if (node?.__typename !== 'Tool') return;
      const { revision, form, account } = node;
      dispatch(formRead({ id, accountId: account.id, revision, form }));
    },

    /** Reads all calls of a conversation. */
    readConversation: async (id: string): Promise<void> => {
      for (let after: string | null = null; ;) {
        const page: ConversationPage = (
          await request(documents.ConversationDocument, { id, after })
        ).viewer.invocations;
        dispatch(conversationRead(page.nodes));
        if (!page.pageInfo.hasNextPage) return;
        after = page.pageInfo.endCursor;
      }
    },
  };
}

type ConversationPage = documents.ConversationQuery['viewer']['invocations'];

export type Commands = ReturnType<typeof createCommands>;
