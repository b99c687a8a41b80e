import type { Entry } from '../../attache/form/draft.ts';
import type { FormField, FormFieldOf } from '../../attache/index.ts';

interface Props<Kind extends FormField['__typename']> {
  readonly id: string;
  readonly field: FormFieldOf<Kind>;
  readonly entry: Entry | undefined;
  readonly isWrong: boolean;
  readonly describedBy: string | undefined;
  readonly onChange: (entry: Entry | undefined) => void;
}

type Leaf =
  | 'FormTextField'
  | 'FormNumberField'
  | 'FormBooleanField'
  | 'FormChoiceField'
  | 'FormJSONField';

/** The input for a field that has no parts. */
export function Input(props: Props<Leaf>) {
  const { field, ...rest } = props;
  switch (field.__typename) {
    case 'FormTextField':
      return <Text {...rest} field={field} />;
    case 'FormNumberField':
      return <Numeric {...rest} field={field} />;
    case 'FormBooleanField':
      return <Yes {...rest} field={field} />;
    case 'FormChoiceField':
      return field.allowsMultiple ? (
        <Several {...rest} field={field} />
      ) : (
        <One {...rest} field={field} />
      );
    case 'FormJSONField':
      return <Json {...rest} field={field} />;
  }
}

const textOf = (entry: Entry | undefined) => (entry?.kind === 'text' ? entry.text : '');
const entered = (text: string): Entry => ({ kind: 'text', text });

const common = ({ id, field, isWrong, describedBy }: Omit<Props<Leaf>, 'entry' | 'onChange'>) => ({
  id,
  'aria-invalid': isWrong || undefined,
  'aria-describedby': describedBy,
  'aria-required': field.isRequired || undefined,
});

const TYPES = {
  PLAIN: 'text',
  SECRET: 'password',
  MULTILINE: 'text',
  EMAIL: 'email',
  URL: 'url',
  DATE: 'date',
  // With an offset, which a browser's own inputs do not have.
  TIME: 'text',
  DATE_TIME: 'text',
} as const;

const EXAMPLES = { TIME: '09:30:00Z', DATE_TIME: '2026-11-22T09:30:00Z' } as const;

function Text({ entry, onChange, ...props }: Props<'FormTextField'>) {
  const { format, maxLength } = props.field;
  const shared = {
    ...common(props),
    value: textOf(entry),
    maxLength: maxLength ?? undefined,
    placeholder: format === 'TIME' || format === 'DATE_TIME' ? EXAMPLES[format] : undefined,
    autoComplete: format === 'SECRET' ? 'off' : undefined,
  };
  return format === 'MULTILINE' ? (
    <textarea
      {...shared}
      rows={4}
      onChange={(event) => {
        onChange(entered(event.target.value));
      }}
    />
  ) : (
    <input
      {...shared}
      type={TYPES[format]}
      onChange={(event) => {
        onChange(entered(event.target.value));
      }}
    />
  );
}

function Numeric({ entry, onChange, ...props }: Props<'FormNumberField'>) {
  const { minimum, maximum, isInteger } = props.field;
  const range =
    minimum !== null && maximum !== null
      ? `${minimum} to ${maximum}`
      : minimum !== null
        ? `at least ${minimum}`
        : maximum !== null
          ? `at most ${maximum}`
          : undefined;
  // Not `type="number"`, which gives nothing away of what is no number yet.
  return (
    <input
      {...common(props)}
      type="text"
      inputMode={isInteger ? 'numeric' : 'decimal'}
      placeholder={range}
      value={textOf(entry)}
      onChange={(event) => {
        onChange(entered(event.target.value));
      }}
    />
  );
}

function Yes({ entry, onChange, ...props }: Props<'FormBooleanField'>) {
  return (
    <input
      {...common(props)}
      type="checkbox"
      checked={entry?.kind === 'boolean' && entry.isTrue}
      onChange={(event) => {
        onChange({ kind: 'boolean', isTrue: event.target.checked });
      }}
    />
  );
}

function One({ entry, onChange, ...props }: Props<'FormChoiceField'>) {
  const { options, isRequired } = props.field;
  const chosen = entry?.kind === 'choice' ? (entry.chosen[0] ?? -1) : -1;
  return (
    <select
      {...common(props)}
      value={chosen < 0 && isRequired && options.length === 1 ? 0 : chosen}
      onChange={(event) => {
        const index = Number(event.target.value);
        onChange(index < 0 ? undefined : { kind: 'choice', chosen: [index] });
      }}
    >
      <option value={-1}>{isRequired ? 'Choose…' : 'None'}</option>
      {options.map((option, index) => (
        <option key={option.label} value={index}>
          {option.label}
        </option>
      ))}
    </select>
  );
}

function Several({ id, field, entry, onChange, describedBy }: Props<'FormChoiceField'>) {
  const chosen = entry?.kind === 'choice' ? entry.chosen : [];
  const toggle = (index: number) => {
    const next = chosen.includes(index)
      ? chosen.filter((other) => other !== index)
      : [...chosen, index].sort((one, other) => one - other);
    onChange(next.length > 0 ? { kind: 'choice', chosen: next } : undefined);
  };
  return (
    <div
      className="variants"
      role="group"
      aria-labelledby={`${id}-label`}
      aria-describedby={describedBy}
    >
      {field.options.map((option, index) => (
        <label key={option.label} className="choice">
          <input
            type="checkbox"
            checked={chosen.includes(index)}
            onChange={() => {
              toggle(index);
            }}
          />
          {option.label}
        </label>
      ))}
    </div>
  );
}

function Json({ entry, onChange, ...props }: Props<'FormJSONField'>) {
  return (
    <textarea
      {...common(props)}
      className="code"
      rows={4}
      spellCheck={false}
      placeholder="JSON"
      value={textOf(entry)}
      onChange={(event) => {
        onChange(entered(event.target.value));
      }}
    />
  );
}
