import { useId } from 'react';

import {
  draftOfItem,
  fieldsOf,
  instanceOf,
  newItem,
  type Draft,
  type Entry,
  type Instance,
  type Place,
} from '../../attache/form/draft.ts';
import type { Form, FormField, FormFieldOf } from '../../attache/index.ts';
import { Input } from './Input.tsx';

interface FormProps {
  readonly form: Form;
  readonly draft: Draft;
  readonly onChange: (draft: Draft) => void;
  /** Which instances of fields count at the moment. */
  readonly shown: ReadonlySet<Instance>;
  /** Which of those are needed. */
  readonly needed: ReadonlySet<Instance>;
  /** What is wrong, by instance. */
  readonly problems: Readonly<Record<Instance, string>>;
}

interface PartProps extends FormProps {
  readonly place: Place;
}

/** A form, from nothing but what the server says of its fields. */
export function FormFields(props: FormProps) {
  return <Fields {...props} place={[]} parentKey={null} />;
}

function Fields({ parentKey, ...props }: PartProps & { readonly parentKey: string | null }) {
  return fieldsOf(props.form, parentKey)
    .filter((field) => props.shown.has(instanceOf(field, props.place)))
    .map((field) => <Field key={field.key} field={field} {...props} />);
}

function Field({ field, ...props }: PartProps & { readonly field: FormField }) {
  switch (field.__typename) {
    case 'FormGroupField':
      return (
        <fieldset className="group">
          <Legend field={field} {...props} />
          <Fields {...props} parentKey={field.key} />
        </fieldset>
      );
    case 'FormListField':
      return <List field={field} {...props} />;
    case 'FormVariantField':
      return <Variant field={field} {...props} />;
    default:
      return <Leaf field={field} {...props} />;
  }
}

function Legend({ field, needed, problems, place }: PartProps & { readonly field: FormField }) {
  const instance = instanceOf(field, place);
  const problem = problems[instance];
  return (
    <>
      <legend>
        {field.label}
        {!needed.has(instance) && <span className="optional"> optional</span>}
      </legend>
      {field.description && <p className="hint">{field.description}</p>}
      {problem && (
        <p className="wrong" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}

const put = ({ draft, onChange }: FormProps, instance: Instance, entry: Entry | undefined) => {
  const { [instance]: before, ...others } = draft;
  onChange(entry ? { ...others, [instance]: entry } : others);
};

function List({ field, ...props }: PartProps & { readonly field: FormFieldOf<'FormListField'> }) {
  const instance = instanceOf(field, props.place);
  const entry = props.draft[instance];
  const items = entry?.kind === 'list' ? entry.items : [];
  const isFull = field.maxItems !== null && items.length >= field.maxItems;
  const add = () => {
    const item = newItem();
    const list: Entry = { kind: 'list', items: [...items, item] };
    const parts = draftOfItem(props.form, field, props.place, item);
    props.onChange({ ...props.draft, ...parts, [instance]: list });
  };
  const remove = (item: string) => {
    put(props, instance, { kind: 'list', items: items.filter((other) => other !== item) });
  };
  return (
    <fieldset className="group">
      <Legend field={field} {...props} />
      {items.map((item, index) => (
        <div key={item} className="item" role="group" aria-label={`${field.label} ${index + 1}`}>
          <div className="parts">
            <Fields {...props} place={[...props.place, item]} parentKey={field.key} />
          </div>
          <button
            type="button"
            className="plain"
            aria-label={`Remove ${field.label} ${index + 1}`}
            onClick={() => {
              remove(item);
            }}
          >
            ✕
          </button>
        </div>
      ))}
      <button type="button" disabled={isFull} onClick={add}>
        Add<span className="hidden"> to {field.label}</span>
      </button>
    </fieldset>
  );
}

function Variant({
  field,
  ...props
}: PartProps & { readonly field: FormFieldOf<'FormVariantField'> }) {
  const name = useId();
  const instance = instanceOf(field, props.place);
  const entry = props.draft[instance];
  const chosen = entry?.kind === 'variant' ? entry.variant : null;
  const choose = (variant: string | null) => {
    put(props, instance, variant === null ? undefined : { kind: 'variant', variant });
  };
  const none = { key: null, label: 'None', description: null };
  const variants = props.needed.has(instance) ? field.variants : [none, ...field.variants];
  return (
    <fieldset className="group">
      <Legend field={field} {...props} />
      <div className="variants">
        {variants.map(({ key, label, description }) => (
          <label key={key} className="choice" title={description ?? undefined}>
            <input
              type="radio"
              name={name}
              checked={chosen === key}
              onChange={() => {
                choose(key);
              }}
            />
            {label}
          </label>
        ))}
      </div>
      {chosen !== null && <Fields {...props} parentKey={chosen} />}
    </fieldset>
  );
}

type Leaf = Exclude<
  FormField,
  { __typename: 'FormGroupField' | 'FormListField' | 'FormVariantField' }
>;

function Leaf({ field, ...props }: PartProps & { readonly field: Leaf }) {
  const id = useId();
  const instance = instanceOf(field, props.place);
  const problem = props.problems[instance];
  const describedBy = [field.description && `${id}-hint`, problem && `${id}-wrong`]
    .filter(Boolean)
    .join(' ');
  const input = (
    <Input
      id={id}
      field={field}
      entry={props.draft[instance]}
      isNeeded={props.needed.has(instance)}
      isWrong={problem !== undefined}
      describedBy={describedBy || undefined}
      onChange={(entry) => {
        put(props, instance, entry);
      }}
    />
  );
  const isList = field.__typename === 'FormChoiceField' && field.allowsMultiple;
  return (
    <div className={field.__typename === 'FormBooleanField' ? 'field boolean' : 'field'}>
      <label htmlFor={isList ? undefined : id} id={`${id}-label`}>
        {field.label}
        {!props.needed.has(instance) && field.__typename !== 'FormBooleanField' && (
          <span className="optional"> optional</span>
        )}
      </label>
      {field.description && (
        <p className="hint" id={`${id}-hint`}>
          {field.description}
        </p>
      )}
      {input}
      {problem && (
        <p className="wrong" id={`${id}-wrong`}>
          {problem}
        </p>
      )}
    </div>
  );
}
