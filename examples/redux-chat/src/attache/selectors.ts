// What screens ask of the store.

import { createSelector } from '@reduxjs/toolkit';

import type { WithAttache } from './reducer.ts';
import { accounts } from './store/accounts.ts';
import { attempts } from './store/attempts.ts';
import { catalogs } from './store/catalogs.ts';
import { elicitations } from './store/elicitations.ts';
import { forms } from './store/forms.ts';
import { invocations } from './store/invocations.ts';
import { services } from './store/services.ts';
import { tools } from './store/tools.ts';
import type { Account, Elicitation, Invocation, Service, Tool } from './nodes.ts';

type State = WithAttache;

const of = {
  services: services.getSelectors((state: State) => state.attache.services),
  accounts: accounts.getSelectors((state: State) => state.attache.accounts),
  attempts: attempts.getSelectors((state: State) => state.attache.attempts),
  catalogs: catalogs.getSelectors((state: State) => state.attache.catalogs),
  tools: tools.getSelectors((state: State) => state.attache.tools),
  forms: forms.getSelectors((state: State) => state.attache.forms),
  invocations: invocations.getSelectors((state: State) => state.attache.invocations),
  elicitations: elicitations.getSelectors((state: State) => state.attache.elicitations),
};

const byId = <Node>(select: (state: State, id: string) => Node) => select as (
  state: State,
  id: string,
) => Node | undefined;

export const selectPhase = (state: State) => state.attache.sync.phase;
export const selectSettings = (state: State) => state.attache.settings;
export const selectToolsAreRead = (state: State) => state.attache.tools.areRead;
export const selectServices = of.services.selectAll;
export const selectService = byId(of.services.selectById);
export const selectAccounts = of.accounts.selectAll;
export const selectAccount = byId(of.accounts.selectById);
export const selectAttempts = of.attempts.selectAll;
export const selectAttempt = byId(of.attempts.selectById);
export const selectCatalog = byId(of.catalogs.selectById);
export const selectTool = byId(of.tools.selectById);
export const selectInvocation = byId(of.invocations.selectById);
export const selectElicitations = of.elicitations.selectAll;
export const selectRevocation = (state: State, accountId: string) =>
  state.attache.revocations[accountId];

/** The form of a tool, as it was read last, and the revision that it is of. */
export const selectForm = byId(of.forms.selectById);

/** Whether the form of a tool has to be read: for the first time, or because the tool moved on. */
export const selectWantsForm = (state: State, toolId: string): boolean => {
  const tool = selectTool(state, toolId);
  return tool !== undefined && selectForm(state, toolId)?.revision !== tool.revision;
};

/** How the viewer is asked before a tool runs. */
export const selectConfirmation = (state: State, toolId: string) => {
  const confirmation = selectTool(state, toolId)?.settings.confirmation ?? 'DEFAULT';
  return confirmation === 'DEFAULT' ? selectSettings(state).defaultConfirmation : confirmation;
};

/** Whether a tool can be called now. */
export const selectIsInvocable = (state: State, toolId: string): boolean => {
  const tool = selectTool(state, toolId);
  return (
    tool !== undefined &&
    tool.settings.isEnabled &&
    !tool.isHeld &&
    selectAccount(state, tool.account.id)?.state === 'CONNECTED'
  );
};

/** A service, and the accounts there. */
export interface ServiceCard {
  readonly service: Service;
  readonly accounts: readonly Account[];
}

/** Every service with its accounts: those with accounts first. */
export const selectServiceCards = createSelector(
  [selectServices, selectAccounts],
  (services, accounts): readonly ServiceCard[] => {
    const cards = services.map((service) => ({
      service,
      accounts: accounts.filter((account) => account.service.id === service.id),
    }));
    return cards.sort(
      (one, other) => Number(other.accounts.length > 0) - Number(one.accounts.length > 0),
    );
  },
);

/** The tools of an account, pinned ones first. */
export interface ToolGroup {
  readonly service: Service;
  readonly account: Account;
  readonly tools: readonly Tool[];
}

/** The tools that have all of these words somewhere, by account. */
export const selectToolGroups = createSelector(
  [
    of.tools.selectAll,
    selectAccounts,
    (state: State) => state.attache.services.entities,
    (_: State, search: string) => search,
  ],
  (tools, accounts, services, search): readonly ToolGroup[] => {
    const words = search.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    const matches = (tool: Tool) => {
      const text = `${tool.title} ${tool.name} ${tool.description ?? ''}`.toLocaleLowerCase();
      return words.every((word) => text.includes(word));
    };
    const found = Map.groupBy(tools.filter(matches), (tool) => tool.account.id);
    return accounts.flatMap((account) => {
      const service = services[account.service.id];
      const ofAccount = found.get(account.id);
      if (!service || !ofAccount) return [];
      return [{ service, account, tools: ofAccount.sort(inOrder) }];
    });
  },
);

const inOrder = (one: Tool, other: Tool) =>
  Number(other.settings.isPinned) - Number(one.settings.isPinned) ||
  one.title.localeCompare(other.title);

/** A conversation, as a list of them shows it. */
export interface Conversation {
  readonly id: string;
  readonly title: string;
  readonly newestAt: string;
}

/** The conversations that calls were seen of, newest first. */
export const selectConversations = createSelector(
  [of.invocations.selectAll],
  (invocations): readonly Conversation[] => {
    const found = new Map<string, Conversation>();
    for (const { conversationId: id, prompt, toolName, createdAt } of invocations) {
      if (id === null) continue;
      const title = found.get(id)?.title ?? prompt ?? toolName;
      found.set(id, { id, title, newestAt: createdAt });
    }
    return [...found.values()].sort((one, other) => other.newestAt.localeCompare(one.newestAt));
  },
);

/** The calls of a conversation, in order. */
export const selectConversation = createSelector(
  [of.invocations.selectAll, (_: State, id: string) => id],
  (invocations, id): readonly Invocation[] =>
    invocations.filter((invocation) => invocation.conversationId === id),
);

/** What was asked in the middle of a call. */
export const selectQuestions = createSelector(
  [selectElicitations, (_: State, invocationId: string) => invocationId],
  (elicitations, invocationId): readonly Elicitation[] =>
    elicitations.filter((elicitation) => elicitation.invocation.id === invocationId),
);
