import type { Entry } from '../../attache/form/draft.ts';
import { isSame } from '../../attache/form/pointer.ts';
import type { FormField, FormFieldOf } from '../../attache/index.ts';

interface Props<Kind extends FormField['__typename']> {
  readonly id: string;
  readonly field: FormFieldOf<Kind>;
  readonly entry: Entry | undefined;
  /** Whether it has to be filled in. */
  readonly isNeeded: boolean;
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

const common = ({ id, isNeeded, isWrong, describedBy }: Omit<Props<Leaf>, 'entry' | 'onChange'>) => ({
  id,
  'aria-invalid': isWrong || undefined,
  'aria-describedby': describedBy,
  'aria-required': isNeeded || undefined,
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

function One({ entry, isNeeded, onChange, ...props }: Props<'FormChoiceField'>) {
  const { options } = props.field;
  const [chosen] = entry?.kind === 'choice' ? entry.chosen : [];
  return (
    <select
      {...common({ ...props, isNeeded })}
      value={options.findIndex((option) => isSame(option.value, chosen))}
      onChange={(event) => {
        const option = options[Number(event.target.value)];
        onChange(option && { kind: 'choice', chosen: [option.value] });
      }}
    >
      <option value={-1}>{isNeeded ? 'Choose…' : 'None'}</option>
      {options.map((option, index) => (
        <option key={index} value={index}>
          {option.label}
        </option>
      ))}
    </select>
  );
}

function Several({ id, field, entry, onChange, describedBy }: Props<'FormChoiceField'>) {
  const chosen = entry?.kind === 'choice' ? entry.chosen : [];
  const isChosen = (value: unknown) => chosen.some((other) => isSame(other, value));
  const toggle = (value: unknown) => {
    const next = field.options
      .map((option) => option.value)
      .filter((other) => isChosen(other) !== isSame(other, value));
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
        <label key={index} className="choice">
          <input
            type="checkbox"
            checked={isChosen(option.value)}
            onChange={() => {
              toggle(option.value);
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
