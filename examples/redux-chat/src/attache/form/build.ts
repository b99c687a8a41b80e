// From what was entered to the arguments of a call.

import type { Form, FormField, FormFieldOf } from '../nodes.ts';
import { isShown, isWanted } from './condition.ts';
import { fieldsOf, instanceOf, type Draft, type Entry, type Instance, type Place } from './draft.ts';
import { concrete, isSame, setAt } from './pointer.ts';

export interface Built {
  readonly value: unknown;
  /** What is plainly wrong, so that nobody has to be asked. The server checks the rest. */
  readonly problems: Readonly<Record<Instance, string>>;
  /** Which instance of a field the value at a pointer came from. */
  readonly instances: Readonly<Record<string, Instance>>;
  /** Which instances of fields count at the moment, and which of those are needed. */
  readonly shown: ReadonlySet<Instance>;
  readonly needed: ReadonlySet<Instance>;
}

/** How often conditions may depend on each other before it is given up. */
const MOST_ROUNDS = 8;

/** What the draft comes to. */
export function build(form: Form, draft: Draft): Built {
  // Whether a field counts depends on values of others, which count or do not: until it is settled.
  let built = new Builder(form, draft, undefined).build();
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const next = new Builder(form, draft, built.value).build();
    const isSettled = JSON.stringify(next.value) === JSON.stringify(built.value);
    built = next;
    if (isSettled) break;
  }
  return built;
}

interface Part {
  /** Whether somebody entered something here. What the form suggests does not count. */
  isEntered: boolean;
  /** What to put where, in order. */
  sets: { field: FormField; indexes: readonly number[]; value: unknown }[];
  problems: [Instance, string][];
}

const none = (): Part => ({ isEntered: false, sets: [], problems: [] });

class Builder {
  private readonly instances: Record<string, Instance> = {};
  private readonly shown = new Set<Instance>();
  private readonly needed = new Set<Instance>();

  constructor(
    private readonly form: Form,
    private readonly draft: Draft,
    /** What conditions are about. */
    private readonly before: unknown,
  ) {}

  build(): Built {
    const part = this.fields(null, [], []);
    let value: unknown = {};
    for (const set of part.sets) {
      value = setAt(value, set.field.pointer, set.indexes, set.value);
    }
    const { instances, shown, needed } = this;
    return { value, problems: Object.fromEntries(part.problems), instances, shown, needed };
  }

  private fields(parentKey: string | null, place: Place, indexes: readonly number[]): Part {
    const all = none();
    for (const field of fieldsOf(this.form, parentKey)) {
      if (this.before !== undefined && !isShown(field, this.before, indexes)) continue;
      const part = this.field(field, place, indexes);
      all.isEntered ||= part.isEntered;
      all.sets.push(...part.sets);
      all.problems.push(...part.problems);
    }
    return all;
  }

  private field(field: FormField, place: Place, indexes: readonly number[]): Part {
    const instance = instanceOf(field, place);
    this.instances[concrete(field.pointer, indexes)] ??= instance;
    this.shown.add(instance);
    const entry = this.draft[instance];
    const isNeeded = isWanted(field, this.before ?? {}, indexes);
    if (isNeeded) this.needed.add(instance);
    const set = (value: unknown, isEntered = !entry?.isSuggested): Part => ({
      isEntered,
      sets: [{ field, indexes, value }],
      problems: [],
    });
    const wrong = (message: string): Part => ({
      isEntered: entry !== undefined,
      sets: [],
      problems: [[instance, message]],
    });
    const missing = (message: string) => {
      if (!isNeeded) return none();
      return field.isNullable ? set(null, false) : wrong(message);
    };
    if (entry?.kind === 'null') return set(null);

    switch (field.__typename) {
      case 'FormTextField':
        return textOf(entry) === '' ? missing('This is needed.') : set(textOf(entry));
      case 'FormNumberField': {
        const text = textOf(entry).trim();
        if (text === '') return missing('This is needed.');
        const number = Number(text);
        if (!Number.isFinite(number)) return wrong('This is not a number.');
        if (field.isInteger && !Number.isInteger(number)) return wrong('A whole number, please.');
        if (field.isInteger && !Number.isSafeInteger(number)) {
          return wrong('This number is too large to be sent as it is.');
        }
        return set(number);
      }
      case 'FormJSONField':
        if (textOf(entry).trim() === '') return missing('This is needed.');
        try {
          return set(JSON.parse(textOf(entry)));
        } catch {
          return wrong('This is not JSON.');
        }
      case 'FormBooleanField':
        if (entry?.kind === 'boolean') return set(entry.isTrue);
        return isNeeded ? set(false, false) : none();
      case 'FormChoiceField':
        return this.choice(field, entry, isNeeded, set, missing);
      case 'FormListField':
        return this.list(field, entry, place, indexes, isNeeded, set);
      case 'FormGroupField': {
        const part = this.fields(field.key, place, indexes);
        // One that has a default, or is part of what is given, is there whatever is in it.
        if (!isNeeded && !part.isEntered && entry?.kind !== 'group') return none();
        return { ...part, sets: [{ field, indexes, value: {} }, ...part.sets] };
      }
      case 'FormVariantField': {
        if (entry?.kind !== 'variant') return missing('Choose one.');
        const part = this.fields(entry.variant, place, indexes);
        const isEntered = part.isEntered || !entry.isSuggested;
        // Either one field is the value, or there are the members of an object.
        const isObject = !fieldsOf(this.form, entry.variant).some(
          (member) => member.pointer === field.pointer,
        );
        const object = isObject ? [{ field, indexes, value: {} }] : [];
        return { ...part, isEntered, sets: [...object, ...part.sets] };
      }
    }
  }

  private choice(
    { options, allowsMultiple }: FormFieldOf<'FormChoiceField'>,
    entry: Entry | undefined,
    isNeeded: boolean,
    set: (value: unknown, isEntered?: boolean) => Part,
    missing: (message: string) => Part,
  ): Part {
    // What is not on offer any more is not chosen any more.
    const chosen = entry?.kind === 'choice' ? entry.chosen : [];
    const values = chosen.filter((value) => options.some((it) => isSame(it.value, value)));
    if (allowsMultiple) {
      return values.length > 0 ? set(values) : isNeeded ? set([], false) : none();
    }
    return values.length > 0 ? set(values[0]) : missing('Choose one.');
  }

  private list(
    field: FormFieldOf<'FormListField'>,
    entry: Entry | undefined,
    place: Place,
    indexes: readonly number[],
    isNeeded: boolean,
    set: (value: unknown, isEntered?: boolean) => Part,
  ): Part {
    const items = entry?.kind === 'list' ? entry.items : [];
    if (items.length === 0) return isNeeded ? set([], false) : none();
    const list = set([]);
    items.forEach((item, index) => {
      const part = this.fields(field.key, [...place, item], [...indexes, index]);
      list.isEntered ||= part.isEntered;
      list.sets.push(...part.sets);
      list.problems.push(...part.problems);
    });
    return list;
  }
}

const textOf = (entry: Entry | undefined) => (entry?.kind === 'text' ? entry.text : '');
