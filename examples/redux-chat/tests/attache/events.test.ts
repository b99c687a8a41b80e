import { expect, test } from 'vitest';

import {
  type AttacheState,
  selectAccounts,
  selectConfirmation,
  selectConversation,
  selectIsInvocable,
  selectPhase,
  selectQuestions,
  selectRevocation,
  selectServices,
  selectToolGroups,
} from '../../src/attache/index.ts';
import { actionOf, invocationLogged, invocationProgressed } from '../../src/attache/events.ts';
import { stateRead } from '../../src/attache/reads.ts';
import { firstOf, newStore, recorded } from './recorded.ts';

const { before, events, after, tools } = recorded;

const withoutSync = ({ sync, ...rest }: AttacheState) => rest;

/** What happened before the account was disconnected, which is where the second state was read. */
const untilAfter = events.slice(
  0,
  events.findLastIndex((it) => it.__typename === 'ViewerSettingsUpdated') + 1,
);

function follow(happened: typeof events) {
  const store = newStore();
  store.dispatch(stateRead({ snapshot: before, tools: [] }));
  happened.forEach((event) => store.dispatch(actionOf(event)));
  return store;
}

test('who follows knows what somebody knows who reads afterwards', () => {
  const followed = follow(untilAfter).getState().attache;
  const store = newStore();
  store.dispatch(stateRead({ snapshot: after, tools }));
  const read = store.getState().attache;
  for (const part of ['services', 'settings', 'accounts', 'catalogs', 'tools', 'invocations'] as const) {
    const [mine, theirs] = [followed[part], read[part]];
    if ('ids' in mine && 'ids' in theirs) {
      expect(new Set(mine.ids), part).toEqual(new Set(theirs.ids));
      expect(mine.entities, part).toEqual(theirs.entities);
    } else {
      expect(mine, part).toEqual(theirs);
    }
  }
});

test('what comes twice changes nothing', () => {
  const store = follow(untilAfter);
  const once = store.getState().attache;
  untilAfter.forEach((event) => store.dispatch(actionOf(event)));
  expect(withoutSync(store.getState().attache)).toEqual(withoutSync(once));
});

test('an older state of a node does not replace a newer one', () => {
  const store = follow(untilAfter);
  const [newest] = selectConversation(store.getState(), 'recorded');
  store.dispatch(actionOf(firstOf('InvocationUpdated')));
  expect(selectConversation(store.getState(), 'recorded')[0]).toBe(newest);
});

test('the position is that of the last event, and nothing is live before it is caught up', () => {
  const store = newStore();
  store.dispatch(stateRead({ snapshot: before, tools: [] }));
  expect(store.getState().attache.sync.cursor).toBe(before.viewer.eventCursor);
  expect(selectPhase(store.getState())).toBe('idle');
  const caughtUp = firstOf('CaughtUp');
  store.dispatch(actionOf(caughtUp));
  expect(selectPhase(store.getState())).toBe('live');
  const last = events.at(-1);
  if (last) store.dispatch(actionOf(last));
  expect(store.getState().attache.sync.cursor).toBe(last?.cursor);
});

test('an event of a kind that is not known yet moves the position and nothing else', () => {
  const store = follow(untilAfter);
  const { attache } = store.getState();
  store.dispatch(actionOf({ __typename: 'FutureEvent', cursor: 'later', at: '' } as never));
  const now = store.getState().attache;
  expect(now.sync.cursor).toBe('later');
  expect(withoutSync(now)).toEqual(withoutSync(attache));
});

test('a disconnected account goes with its tools, and its calls stay', () => {
  const store = follow(events);
  const gone = firstOf('AccountRemoved').accountId;
  expect(selectAccounts(store.getState()).map(({ id }) => id)).not.toContain(gone);
  const groups = selectToolGroups(store.getState(), '');
  expect(groups.map(({ account }) => account.id)).not.toContain(gone);
  expect(groups).toHaveLength(1);
  expect(selectConversation(store.getState(), 'recorded').length).toBeGreaterThan(3);
  expect(selectRevocation(store.getState(), gone)).toBe('DONE');
});

test('a service that was added and removed is not there any more', () => {
  const store = follow(events);
  const { service } = firstOf('ServiceAdded');
  expect(selectServices(store.getState()).map(({ id }) => id)).not.toContain(service.id);
});

test('tools are found by words, pinned ones first', () => {
  const store = follow(untilAfter);
  const [first] = selectToolGroups(store.getState(), '');
  expect(first?.tools[0]?.name).toBe('greet');
  expect(first?.tools[0]?.settings.isPinned).toBe(true);
  const found = selectToolGroups(store.getState(), 'plan TRIP');
  expect(found.flatMap((group) => group.tools.map(({ name }) => name))).toEqual(['plan_trip']);
});

test('what follows from the account and the settings follows them', () => {
  const store = follow(untilAfter);
  const tool = tools.find(({ name }) => name === 'list_notes');
  if (!tool) throw new Error('no tool');
  expect(selectConfirmation(store.getState(), tool.id)).toBe('UNLESS_READ_ONLY');
  expect(selectIsInvocable(store.getState(), tool.id)).toBe(true);
  const disconnecting = events.findLast(
    (it) => it.__typename === 'AccountUpdated' && it.account.state === 'DISCONNECTING',
  );
  if (disconnecting) store.dispatch(actionOf(disconnecting));
  expect(selectIsInvocable(store.getState(), tool.id)).toBe(false);
});

test('progress only grows, and what a service says is noted once', () => {
  const store = follow(untilAfter);
  const { invocationId } = firstOf('InvocationProgressed');
  const invocation = () => store.getState().attache.invocations.entities[invocationId];
  const progress = { current: 100, total: 200, message: null };
  store.dispatch(invocationProgressed({ invocationId, progress }));
  store.dispatch(invocationProgressed({ invocationId, progress: { ...progress, current: 1 } }));
  expect(invocation()?.progress).toEqual(progress);
  const message = { level: 'INFO', logger: null, text: 'Hm.', loggedAt: '2026-11-26' } as const;
  store.dispatch(invocationLogged({ invocationId, message }));
  store.dispatch(invocationLogged({ invocationId, message }));
  expect(invocation()?.log).toEqual([message]);
});

test('questions belong to their call', () => {
  const store = follow(untilAfter);
  const { elicitation } = firstOf('ElicitationUpdated');
  const [question] = selectQuestions(store.getState(), elicitation.invocation.id);
  expect(question?.state).toBe('ANSWERED');
  expect(selectQuestions(store.getState(), 'another')).toEqual([]);
});
