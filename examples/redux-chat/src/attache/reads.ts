// What is read in one piece, as actions.

import { createAction } from '@reduxjs/toolkit';

import type { ConversationQuery, SnapshotQuery } from './generated.ts';
import type { ToolForm } from './store/forms.ts';
import type { Tool } from './nodes.ts';

/** All there is, at one position of the log. Replaces what was there. */
export const snapshotRead = createAction<SnapshotQuery>('attache/snapshotRead');

/** The tools of all accounts. Replaces what was there. */
export const toolsRead = createAction<readonly Tool[]>('attache/toolsRead');

/** The form of a tool, as it is at a revision. */
export const formRead = createAction<ToolForm>('attache/formRead');

/** A page of the calls of a conversation. */
export const conversationRead = createAction<
  ConversationQuery['viewer']['invocations']['nodes']
>('attache/conversationRead');
