// What is read in one piece, as actions.

import { createAction } from '@reduxjs/toolkit';

import type { ConversationQuery, SnapshotQuery } from './generated.ts';
import type { ToolForm } from './store/forms.ts';
import type { Tool } from './nodes.ts';

/** All there is, at one position of the log. Replaces what was there, at once. */
export const stateRead = createAction<{
  readonly snapshot: SnapshotQuery;
  readonly tools: readonly Tool[];
}>('attache/stateRead');

/** The form of a tool, as it is at a revision. */
export const formRead = createAction<ToolForm>('attache/formRead');

/** A page of the calls of a conversation. */
export const conversationRead = createAction<
  ConversationQuery['viewer']['invocations']['nodes']
>('attache/conversationRead');
