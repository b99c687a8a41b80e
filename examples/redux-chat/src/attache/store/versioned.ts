import type { EntityAdapter, EntityState } from '@reduxjs/toolkit';

interface Versioned {
  readonly revision: number;
}

/**
 * Puts nodes into the state that are newer than what is there. Events arrive at least once, and
 * the answer to a mutation may overtake the event of it or be overtaken.
 */
export function upsertNewer<Node extends Versioned>(
  adapter: EntityAdapter<Node, string>,
  state: EntityState<Node, string>,
  nodes: readonly Node[],
): void {
  const newer = nodes.filter((node) => {
    const known = state.entities[adapter.selectId(node)];
    return known === undefined || known.revision < node.revision;
  });
  adapter.setMany(state, newer);
}
