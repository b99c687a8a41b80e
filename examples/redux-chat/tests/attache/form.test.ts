import { expect, test } from 'vitest';

import { build } from '../../src/attache/form/build.ts';
import {
  type Draft,
  draftOf,
  draftOfItem,
  type Entry,
  fieldsOf,
  instanceOf,
} from '../../src/attache/form/draft.ts';
import type { Form, FormField } from '../../src/attache/nodes.ts';
import { recorded } from './recorded.ts';

const { form } = recorded;

const field = (pointer: string): FormField => {
  const found = form.fields.find((it) => it.pointer === pointer);
  if (!found) throw new Error(`no field at ${pointer}`);
  return found;
};

const enter = (draft: Draft, pointer: string, entry: Entry, place: readonly string[] = []): Draft => ({
  ...draft,
  [instanceOf(field(pointer), place)]: entry,
});

const text = (value: string): Entry => ({ kind: 'text', text: value });

test('the form has a field of every kind', () => {
  const kinds = new Set(form.fields.map((it) => it.__typename));
  expect([...kinds].sort()).toEqual([
    'FormBooleanField',
    'FormChoiceField',
    'FormGroupField',
    'FormJSONField',
    'FormListField',
    'FormNumberField',
    'FormTextField',
    'FormVariantField',
  ]);
});

test('what is suggested is filled in, and what is needed and missing is said', () => {
  const { value, problems } = build(form, draftOf(form));
  expect(value).toEqual({ travellers: 2, flexible: false, class: 'good' });
  expect(problems).toEqual({ '/destination': 'This is needed.' });
});

test('every kind of field comes to its place', () => {
  let draft = enter(draftOf(form), '/destination', text('Lisbon'));
  draft = enter(draft, '/budget', text('12.5'));
  draft = enter(draft, '/flexible', { kind: 'boolean', isTrue: true });
  draft = enter(draft, '/interests', { kind: 'choice', chosen: ['food', 'nature'] });
  draft = enter(draft, '/hotel/name', text('Inn'));
  draft = enter(draft, '/extras', text('{"a": [1]}'));
  draft = enter(draft, '/stops', { kind: 'list', items: ['one', 'two'] });
  for (const [item, city] of [
    ['one', 'Porto'],
    ['two', 'Faro'],
  ] as const) {
    draft = { ...draft, ...draftOfItem(form, field('/stops'), [], item) };
    draft = enter(draft, '/stops/-/city', text(city), [item]);
  }
  const transport = field('/transport');
  if (transport.__typename !== 'FormVariantField') throw new Error(transport.__typename);
  const car = transport.variants[1]?.key ?? '';
  draft = enter(draft, '/transport', { kind: 'variant', variant: car });
  draft = enter(draft, '/transport/doors', text('5'));
  const { value, problems } = build(form, draft);
  expect(problems).toEqual({});
  expect(value).toEqual({
    destination: 'Lisbon',
    travellers: 2,
    budget: 12.5,
    flexible: true,
    class: 'good',
    interests: ['food', 'nature'],
    hotel: { name: 'Inn' },
    stops: [
      { city: 'Porto', nights: 2 },
      { city: 'Faro', nights: 2 },
    ],
    transport: { kind: 'car', doors: 5 },
    extras: { a: [1] },
  });
  // And back: a draft of these arguments comes to the same arguments.
  expect(build(form, draftOf(form, value)).value).toEqual(value);
});

test('an item in the middle goes, and the others keep what was entered in them', () => {
  let draft = enter(draftOf(form), '/stops', { kind: 'list', items: ['a', 'b', 'c'] });
  for (const item of ['a', 'b', 'c']) draft = enter(draft, '/stops/-/city', text(item), [item]);
  draft = enter(draft, '/stops', { kind: 'list', items: ['a', 'c'] });
  expect(build(form, draft).value).toMatchObject({ stops: [{ city: 'a' }, { city: 'c' }] });
});

test('an optional group counts once somebody enters something in it', () => {
  const draft = enter(draftOf(form), '/hotel/stars', text('4'));
  expect(build(form, draft).problems).toHaveProperty('/hotel/name');
  expect(build(form, draftOf(form)).problems).not.toHaveProperty('/hotel/name');
});

test.each([
  ['/budget', 'much', 'This is not a number.'],
  ['/travellers', '1.5', 'A whole number, please.'],
  ['/extras', '{', 'This is not JSON.'],
])('what cannot be sent from %s is said there, and stays as it was typed', (pointer, typed, said) => {
  const draft = enter(draftOf(form), pointer, text(typed));
  expect(build(form, draft).problems[instanceOf(field(pointer), [])]).toBe(said);
  expect(draft[instanceOf(field(pointer), [])]).toEqual(text(typed));
});

test('a violation at a pointer finds the field that it came from', () => {
  let draft = enter(draftOf(form), '/stops', { kind: 'list', items: ['x', 'y'] });
  draft = enter(draft, '/stops/-/city', text(''), ['y']);
  const { instances } = build(form, draft);
  expect(instances['/stops/1/city']).toBe(instanceOf(field('/stops/-/city'), ['y']));
});

const condition = { pointer: '/kind', values: ['b'], isNegated: false, isMetWhenAbsent: false };
const plain = {
  description: null,
  parentKey: null,
  isRequired: true,
  isNullable: false,
  defaultValue: null,
  shownWhen: [],
  requiredWhen: [],
  format: 'PLAIN',
  minLength: null,
  maxLength: null,
  pattern: null,
  __typename: 'FormTextField',
} as const;
const dependent: Form = {
  isComplete: true,
  fields: [
    { ...plain, key: 'kind', pointer: '/kind', label: 'Kind' },
    { ...plain, key: 'b', pointer: '/b', label: 'B', shownWhen: [condition] },
    {
      ...plain,
      key: 'c',
      pointer: '/c',
      label: 'C',
      shownWhen: [{ pointer: '/b', values: [], isNegated: true, isMetWhenAbsent: false }],
    },
  ],
};

test('what does not count is neither sent nor missed, also where it depends on what does not', () => {
  const entries = { b: text('1'), c: text('2') };
  const hidden = build(dependent, { kind: text('a'), ...entries });
  expect(hidden.value).toEqual({ kind: 'a' });
  expect([...hidden.shown]).toEqual(['kind']);
  const shown = build(dependent, { kind: text('b'), ...entries });
  expect(shown.value).toEqual({ kind: 'b', b: '1', c: '2' });
  expect(build(dependent, { kind: text('b') }).problems).toEqual({ b: 'This is needed.' });
});

test('names of members that mean something to the language are names of members', () => {
  const odd: Form = {
    isComplete: true,
    fields: [
      { ...plain, key: '/__proto__', pointer: '/__proto__', label: 'Odd' },
      { ...plain, key: '/a~1b', pointer: '/a~1b', label: 'Odd, too' },
    ],
  };
  const { value } = build(odd, { '/__proto__': text('x'), '/a~1b': text('y') });
  expect(JSON.stringify(value)).toBe('{"__proto__":"x","a/b":"y"}');
});

test('parts are found by what they are part of', () => {
  expect(fieldsOf(form, '/hotel').map(({ pointer }) => pointer)).toEqual([
    '/hotel/name',
    '/hotel/stars',
  ]);
});

const group = { ...plain, __typename: 'FormGroupField' } as const;
const number = {
  ...plain,
  __typename: 'FormNumberField',
  isInteger: true,
  minimum: null,
  maximum: null,
  multipleOf: null,
} as const;
const formOf = (...fields: FormField[]): Form => ({ isComplete: true, fields });

test('an optional group with a default is sent as it is, and one within it that has none is not', () => {
  const outer = { ...group, key: 'o', pointer: '/o', label: 'O', isRequired: false };
  const inner = { ...outer, key: 'i', pointer: '/o/i', parentKey: 'o' };
  const size = { ...number, key: 's', pointer: '/o/i/s', label: 'S', parentKey: 'i' };
  const suggested = { ...size, isRequired: false, defaultValue: 3 };
  const needed = { ...size, key: 'n', pointer: '/o/i/n' };
  const withDefault = formOf({ ...outer, defaultValue: {} }, inner, suggested, needed);
  expect(build(withDefault, draftOf(withDefault))).toMatchObject({ value: { o: {} }, problems: {} });
  const without = formOf(outer, inner, suggested, needed);
  expect(build(without, draftOf(without))).toMatchObject({ value: {}, problems: {} });
});

test('what is edited in a list that was suggested is sent with the group around it', () => {
  const items = { ...plain, __typename: 'FormListField', minItems: null, maxItems: null } as const;
  const listed = formOf(
    { ...group, key: 'g', pointer: '/g', label: 'G', isRequired: false },
    { ...items, key: 'l', pointer: '/g/l', label: 'L', parentKey: 'g', defaultValue: ['a'] },
    { ...plain, key: 't', pointer: '/g/l/-', label: 'T', parentKey: 'l' },
  );
  const draft = draftOf(listed);
  expect(build(listed, draft).value).toEqual({});
  const [, edited] = Object.keys(draft);
  expect(build(listed, { ...draft, [edited ?? '']: text('b') }).value).toEqual({ g: { l: ['b'] } });
});

test('null is sent where something is needed, nothing is entered, and null will do', () => {
  const nullable = formOf({ ...number, key: 'n', pointer: '/n', label: 'N', isNullable: true });
  expect(build(nullable, draftOf(nullable))).toMatchObject({ value: { n: null }, problems: {} });
});

test('a number that would become another one is not sent', () => {
  const id = formOf({ ...number, key: 'n', pointer: '/n', label: 'N' });
  const { problems } = build(id, { n: text('12345678901234567890') });
  expect(problems).toHaveProperty('n');
});

test('what is not on offer any more is not chosen any more', () => {
  const choice = {
    ...plain,
    __typename: 'FormChoiceField',
    allowsMultiple: false,
    options: [{ value: 'production', label: 'Production', description: null }],
  } as const;
  const moved = formOf({ ...choice, key: 'c', pointer: '/c', label: 'C' });
  const { value, problems } = build(moved, { c: { kind: 'choice', chosen: ['staging'] } });
  expect(value).toEqual({});
  expect(problems).toHaveProperty('c');
});

test('of the variants that a value fits, it is of the one that knows most of it', () => {
  const variant = { key: 'A', label: 'A', description: null };
  const either = formOf(
    {
      ...plain,
      __typename: 'FormVariantField',
      key: 'v',
      pointer: '/v',
      label: 'V',
      defaultVariant: null,
      variants: [variant, { ...variant, key: 'B' }],
    },
    { ...plain, key: 'a', pointer: '/v/a', label: 'a', parentKey: 'A', isRequired: false },
    { ...plain, key: 'b', pointer: '/v/b', label: 'b', parentKey: 'B' },
  );
  expect(build(either, draftOf(either, { v: { b: '1' } })).value).toEqual({ v: { b: '1' } });
});
