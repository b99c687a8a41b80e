// One action for each kind of event. Whoever hears of the same thing in the answer to a mutation
// dispatches the same action.

import { createAction, type UnknownAction } from '@reduxjs/toolkit';

import type { AttacheEvent } from './nodes.ts';

type EventOf<Name extends AttacheEvent['__typename']> = Extract<AttacheEvent, { __typename: Name }>;

/** What an event carries, but for where it stands in the log. */
type Carried<Name extends AttacheEvent['__typename']> = Omit<
  EventOf<Name>,
  '__typename' | 'cursor' | 'at'
>;

const of = <Name extends AttacheEvent['__typename']>(name: Name) =>
  createAction(`attache/${name}`, (payload: Carried<Name>, cursor?: string) => ({
    payload,
    // The position moves with what it belongs to, in one step.
    meta: { cursor },
  }));

export const selectionUpdated = of('SelectionUpdated');
export const viewerSettingsUpdated = of('ViewerSettingsUpdated');
export const serviceAdded = of('ServiceAdded');
export const serviceRemoved = of('ServiceRemoved');
export const connectAttemptUpdated = of('ConnectAttemptUpdated');
export const accountUpdated = of('AccountUpdated');
export const accountRemoved = of('AccountRemoved');
export const revocationUpdated = of('RevocationUpdated');
export const catalogUpdated = of('CatalogUpdated');
export const toolUpdated = of('ToolUpdated');
export const invocationUpdated = of('InvocationUpdated');
export const invocationProgressed = of('InvocationProgressed');
export const invocationLogged = of('InvocationLogged');
export const elicitationUpdated = of('ElicitationUpdated');
export const caughtUp = of('CaughtUp');
/** A kind of event that came into the contract after this was written: only its position counts. */
export const somethingHappened = createAction('attache/somethingHappened', (cursor: string) => ({
  payload: undefined,
  meta: { cursor },
}));

/** The action that applies an event. */
export function actionOf(event: AttacheEvent): UnknownAction {
  const { cursor } = event;
  switch (event.__typename) {
    case 'SelectionUpdated':
      return selectionUpdated(event, cursor);
    case 'ViewerSettingsUpdated':
      return viewerSettingsUpdated(event, cursor);
    case 'ServiceAdded':
      return serviceAdded(event, cursor);
    case 'ServiceRemoved':
      return serviceRemoved(event, cursor);
    case 'ConnectAttemptUpdated':
      return connectAttemptUpdated(event, cursor);
    case 'AccountUpdated':
      return accountUpdated(event, cursor);
    case 'AccountRemoved':
      return accountRemoved(event, cursor);
    case 'RevocationUpdated':
      return revocationUpdated(event, cursor);
    case 'CatalogUpdated':
      return catalogUpdated(event, cursor);
    case 'ToolUpdated':
      return toolUpdated(event, cursor);
    case 'InvocationUpdated':
      return invocationUpdated(event, cursor);
    case 'InvocationProgressed':
      return invocationProgressed(event, cursor);
    case 'InvocationLogged':
      return invocationLogged(event, cursor);
    case 'ElicitationUpdated':
      return elicitationUpdated(event, cursor);
    case 'CaughtUp':
      return caughtUp(event, cursor);
    default:
      return somethingHappened(cursor);
  }
}
