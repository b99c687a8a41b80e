// Structured values, as tables where they are tables.

type Row = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isTable = (value: unknown): value is readonly Row[] =>
  Array.isArray(value) && value.length > 0 && value.every(isObject);

/** A value, so that a person can read it. */
export function Values({ value }: { readonly value: unknown }) {
  if (isTable(value)) return <Table rows={value} />;
  if (Array.isArray(value)) {
    return value.length === 0 ? (
      <span className="empty">none</span>
    ) : (
      <ul className="values">
        {value.map((item: unknown, index) => (
          <li key={index}>
            <Values value={item} />
          </li>
        ))}
      </ul>
    );
  }
  if (isObject(value)) {
    return (
      <dl className="values">
        {Object.entries(value).map(([name, member]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <Values value={member} />
            </dd>
          </div>
        ))}
      </dl>
    );
  }
  return <>{shown(value)}</>;
}

const shown = (value: unknown): string => {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'string' ? value : JSON.stringify(value);
};

function Table({ rows }: { readonly rows: readonly Row[] }) {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return (
    <div className="table" tabIndex={0} role="region" aria-label="Table">
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {columns.map((column) => (
                <td key={column}>
                  <Values value={row[column]} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
