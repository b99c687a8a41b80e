// JSON Pointer (RFC 6901), with `-` for the items of lists that something is in.

type Indexes = readonly number[];

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** The parts of a pointer, with the items of lists filled in. */
export function partsOf(pointer: string, indexes: Indexes): readonly string[] {
  let depth = 0;
  return pointer
    .split('/')
    .slice(1)
    .map((part) => {
      if (part === '-') {
        const index = indexes[depth];
        depth += 1;
        if (index !== undefined) return String(index);
      }
      return part.replaceAll('~1', '/').replaceAll('~0', '~');
    });
}

/** A pointer with the items of lists filled in. */
export const concrete = (pointer: string, indexes: Indexes): string =>
  partsOf(pointer, indexes)
    .map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');

/** What is at a pointer, or undefined. */
export function valueAt(root: unknown, pointer: string, indexes: Indexes): unknown {
  let value = root;
  for (const part of partsOf(pointer, indexes)) {
    if (!isObject(value) || !Object.hasOwn(value, part)) return undefined;
    value = value[part];
  }
  return value;
}

/** Puts a value there, and what is missing on the way. An object that is there already stays. */
export function setAt(root: unknown, pointer: string, indexes: Indexes, value: unknown): unknown {
  const [first, ...rest] = partsOf(pointer, indexes);
  if (first === undefined) return isEmpty(value) && isObject(root) ? root : value;
  return setIn(root, first, rest, value);
}

function setIn(
  root: unknown,
  part: string,
  rest: readonly string[],
  value: unknown,
): Record<string, unknown> {
  const whole = isObject(root) ? root : {};
  const [next, ...after] = rest;
  const known = Object.hasOwn(whole, part) ? whole[part] : undefined;
  const member =
    next === undefined
      ? isEmpty(value) && isObject(known)
        ? known
        : value
      : setIn(known, next, after, value);
  // Not by assignment, which would do something else to `__proto__`.
  Object.defineProperty(whole, part, {
    value: member,
    configurable: true,
    enumerable: true,
    writable: true,
  });
  return whole;
}

const isEmpty = (value: unknown) =>
  isObject(value) && !Array.isArray(value) && Object.keys(value).length === 0;

/** Whether two JSON values are the same. */
export function isSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (!isObject(one) || !isObject(other) || Array.isArray(one) !== Array.isArray(other)) {
    return false;
  }
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && isSame(one[name], other[name]))
  );
}
