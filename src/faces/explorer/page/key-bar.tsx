import { type FormEvent, type ReactNode, useState } from 'react';
import { maskKey } from './key.ts';

type KeyBarProps = {
  readonly apiKey: string | undefined;
  /** The server answered the latest request with 401. */
  readonly refused: boolean;
  onChange(key: string | undefined): void;
};

/** The bar above the editor: says which key is in use, and takes another. */
export const KeyBar = ({ apiKey, refused, onChange }: KeyBarProps): ReactNode => {
  const [editing, setEditing] = useState(false);
  const change = (key: string | undefined) => {
    setEditing(false);
    onChange(key);
  };
  const asking = apiKey === undefined || refused || editing;
  return (
    <header className="explorer-bar">
      <h1>modelgraph</h1>
      <p role="status" className={refused ? 'explorer-refused' : undefined}>
        {adviceFor(apiKey, refused)}
      </p>
      {asking ? (
        <KeyForm
          onSave={change}
          onCancel={apiKey !== undefined && !refused ? () => setEditing(false) : undefined}
        />
      ) : (
        <div className="explorer-key">
          <span>
            API key <code>{maskKey(apiKey)}</code>
          </span>
          <button type="button" onClick={() => setEditing(true)}>
            Change
          </button>
          <button type="button" onClick={() => change(undefined)}>
            Forget
          </button>
        </div>
      )}
    </header>
  );
};

const adviceFor = (apiKey: string | undefined, refused: boolean): string => {
  if (apiKey === undefined) {
    return refused
      ? 'The server wants an API key: paste one, or open the link that it printed at its start.'
      : 'Paste an API key to begin.';
  }
  return refused ? `The server refused the API key ${maskKey(apiKey)} (401). Paste another.` : '';
};

const KeyForm = ({
  onSave,
  onCancel,
}: {
  onSave(key: string): void;
  onCancel: (() => void) | undefined;
}): ReactNode => {
  const [draft, setDraft] = useState('');
  const save = (event: FormEvent) => {
    event.preventDefault();
    const key = draft.trim();
    if (key !== '') onSave(key);
  };
  return (
    <form className="explorer-key" onSubmit={save}>
      <label htmlFor="api-key">API key</label>
      <input
        id="api-key"
        type="password"
        autoComplete="off"
        spellCheck={false}
        placeholder="mg_…"
        value={draft}
        onChange={(event) => setDraft(event.target.value)}
      />
      <button type="submit" disabled={draft.trim() === ''}>
        Use
      </button>
      {onCancel !== undefined && (
        <button type="button" onClick={onCancel}>
          Cancel
        </button>
      )}
    </form>
  );
};
