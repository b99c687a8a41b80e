import type { FormField } from '../nodes.ts';
import { isSame, valueAt } from './pointer.ts';

type Condition = FormField['shownWhen'][number];

function holds(condition: Condition, root: unknown, indexes: readonly number[]): boolean {
  const value = valueAt(root, condition.pointer, indexes);
  if (value === undefined) return condition.isMetWhenAbsent;
  return condition.values.some((one) => isSame(one, value)) !== condition.isNegated;
}

/** Whether a field counts, given the values of others. */
export const isShown = (field: FormField, root: unknown, indexes: readonly number[]): boolean =>
  field.shownWhen.every((condition) => holds(condition, root, indexes));

/** Whether a field is needed, given the values of others. */
export const isWanted = (field: FormField, root: unknown, indexes: readonly number[]): boolean =>
  field.isRequired || field.requiredWhen.some((condition) => holds(condition, root, indexes));
