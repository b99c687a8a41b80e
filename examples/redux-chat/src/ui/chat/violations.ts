import type { Instance } from '../../attache/form/draft.ts';
import type { Problem } from '../../attache/index.ts';

/** What does not fit, at the fields that it came from. */
export function violationsOf(
  problems: readonly Problem[],
  instances: Readonly<Record<string, Instance>>,
): Readonly<Record<Instance, string>> {
  const found: Record<Instance, string> = {};
  for (const problem of problems) {
    if (problem.__typename !== 'ArgumentsInvalid') continue;
    for (const { pointer, message } of problem.violations) {
      const instance = instances[pointer];
      if (instance !== undefined) found[instance] = message;
    }
  }
  return found;
}
