// What a person has entered so far. A draft holds texts as they are typed, so that nothing is lost
// which is no number or no JSON yet.

import type { Form, FormField, FormFieldOf } from '../nodes.ts';
import { isSame, setAt, valueAt } from './pointer.ts';

/**
 * Which instance of a field: its key, and the items of lists that it is in, from the outside in. An
 * item keeps its name when others come and go.
 */
export type Instance = string;

/** What is entered in one field. */
export type Entry = (
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'boolean'; readonly isTrue: boolean }
  /** The values of the options that are chosen. */
  | { readonly kind: 'choice'; readonly chosen: readonly unknown[] }
  /** The names of the items. */
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'variant'; readonly variant: string }
  /** A group that is there, whatever is in it. */
  | { readonly kind: 'group' }
  /** Nothing, on purpose. */
  | { readonly kind: 'null' }
) & {
  /** Whether the form suggested it, and nobody touched it yet. */
  readonly isSuggested?: boolean;
};

export type Draft = Readonly<Record<Instance, Entry>>;

/** The items of lists that something is in, from the outside in. */
export type Place = readonly string[];

const depthOf = (field: FormField) =>
  field.pointer.split('/').filter((part) => part === '-').length;

export const instanceOf = (field: FormField, place: Place): Instance =>
  [field.key, ...place.slice(0, depthOf(field))].join(' @');

/** The fields that are part of one, or of a variant, or at the top. */
export const fieldsOf = (form: Form, parentKey: string | null): readonly FormField[] =>
  form.fields.filter((field) => field.parentKey === parentKey);

let names = 0;

/** A name for a new item of a list. */
export const newItem = (): string => {
  names += 1;
  return `item-${names}`;
};

/** A draft of this value, or of what the form suggests where there is none. */
export function draftOf(form: Form, value?: unknown): Draft {
  const draft: Record<Instance, Entry> = {};
  fill(draft, form, null, { place: [], indexes: [], value, isSuggested: value === undefined });
  return draft;
}

/** A draft of one more item of a list. */
export function draftOfItem(form: Form, list: FormField, place: Place, item: string): Draft {
  const draft: Record<Instance, Entry> = {};
  const indexes = [...place.map(() => 0), 0];
  const inside = [...place, item];
  fill(draft, form, list.key, { place: inside, indexes, value: undefined, isSuggested: true });
  return draft;
}

interface Filling {
  readonly place: Place;
  readonly indexes: readonly number[];
  /** What the whole of it is. Without one, each field begins with what is suggested for it. */
  readonly value: unknown;
  readonly isSuggested: boolean;
}

function fill(
  draft: Record<Instance, Entry>,
  form: Form,
  parentKey: string | null,
  filling: Filling,
): void {
  const { place, indexes, value, isSuggested } = filling;
  for (const field of fieldsOf(form, parentKey)) {
    const { pointer, defaultValue } = field;
    // What a value leaves out was left out on purpose: nothing is suggested there.
    const given =
      value === undefined ? (defaultValue ?? undefined) : valueAt(value, pointer, indexes);
    const entry = entryOf(form, field, given, value, indexes);
    if (entry) draft[instanceOf(field, place)] = isSuggested ? { ...entry, isSuggested } : entry;
    if (field.__typename === 'FormGroupField') {
      fill(draft, form, field.key, filling);
    } else if (field.__typename === 'FormListField' && entry?.kind === 'list') {
      // The default of a list is the whole list: its items have what is in there.
      const whole = value ?? setAt({}, pointer, indexes, given);
      entry.items.forEach((item, index) => {
        const inside = { place: [...place, item], indexes: [...indexes, index] };
        fill(draft, form, field.key, { ...inside, value: whole, isSuggested });
      });
    } else if (field.__typename === 'FormVariantField') {
      for (const { key } of field.variants) {
        const isChosen = entry?.kind === 'variant' && entry.variant === key;
        const inside = isChosen ? filling : { ...filling, value: undefined, isSuggested: true };
        fill(draft, form, key, inside);
      }
    }
  }
}

function entryOf(
  form: Form,
  field: FormField,
  given: unknown,
  value: unknown,
  indexes: readonly number[],
): Entry | undefined {
  if (given === null && field.isNullable) return { kind: 'null' };
  if (field.__typename === 'FormVariantField') {
    const variant =
      value === undefined ? field.defaultVariant : variantOf(form, field, value, indexes);
    return variant ? { kind: 'variant', variant } : undefined;
  }
  if (given === undefined) return undefined;
  switch (field.__typename) {
    case 'FormTextField':
    case 'FormNumberField':
      return typeof given === 'string' || typeof given === 'number'
        ? { kind: 'text', text: String(given) }
        : undefined;
    case 'FormJSONField':
      return { kind: 'text', text: JSON.stringify(given, null, 2) };
    case 'FormBooleanField':
      return { kind: 'boolean', isTrue: given === true };
    case 'FormChoiceField':
      return { kind: 'choice', chosen: field.allowsMultiple && Array.isArray(given) ? given : [given] };
    case 'FormListField':
      return Array.isArray(given) ? { kind: 'list', items: given.map(newItem) } : undefined;
    case 'FormGroupField':
      return { kind: 'group' };
  }
}

/** Which variant a value is of: of those that it fits, the one that knows most of its members. */
function variantOf(
  form: Form,
  field: FormFieldOf<'FormVariantField'>,
  value: unknown,
  indexes: readonly number[],
): string | undefined {
  if (valueAt(value, field.pointer, indexes) === undefined) return undefined;
  const fits = (part: FormField) => {
    const given = valueAt(value, part.pointer, indexes);
    if (given === undefined) return !part.isRequired;
    if (given === null && part.isNullable) return true;
    switch (part.__typename) {
      case 'FormTextField':
        return typeof given === 'string';
      case 'FormNumberField':
        return typeof given === 'number';
      case 'FormBooleanField':
        return typeof given === 'boolean';
      case 'FormChoiceField':
        return part.allowsMultiple || part.options.some((it) => isSame(it.value, given));
      case 'FormListField':
        return Array.isArray(given);
      case 'FormGroupField':
        return typeof given === 'object';
      default:
        return true;
    }
  };
  const known = (key: string) =>
    fieldsOf(form, key).filter((part) => valueAt(value, part.pointer, indexes) !== undefined);
  return field.variants
    .filter(({ key }) => fieldsOf(form, key).every(fits))
    .sort((one, other) => known(other.key).length - known(one.key).length)[0]?.key;
}
