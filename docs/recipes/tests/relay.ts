// What a component would be given of Relay's store.

import { createOperationDescriptor, getRequest, type Environment } from 'relay-runtime';

import { state } from '../dist/relay.ts';
import type { relayStateQuery$data } from '../dist/__generated__/relayStateQuery.graphql.ts';

export function environmentState(environment: Environment) {
  const { fragment } = createOperationDescriptor(getRequest(state), {});
  const { viewer } = environment.lookup(fragment).data as unknown as Partial<relayStateQuery$data>;
  return viewer && {
    accounts: viewer.accounts,
    invocations: viewer.invocations.nodes,
  };
}
