import type { Storage as EditorStorage } from '@graphiql/toolkit';

const NAMESPACE = 'modelgraph:';

/** Where GraphiQL keeps the history of operations, headers included. */
const HISTORY_NAMES: readonly string[] = ['graphiql:queries', 'graphiql:favorites'];

/**
 * What the editors hold, which the tabs hold too. GraphiQL opens a further, empty tab where variables are stored
 * and no query is, as they are when nobody has typed anything.
 */
const EDITOR_NAMES: readonly string[] = ['graphiql:query', 'graphiql:variables', 'graphiql:headers'];

/**
 * Local storage under names of our own, since other programs on this host and port may have used GraphiQL
 * too, and without request headers: they hold keys, which must not outlive the tab.
 */
export const namespacedStorage: EditorStorage = {
  get length() {
    return ownKeys().length;
  },
  getItem: (name) => (EDITOR_NAMES.includes(name) ? null : localStorage.getItem(NAMESPACE + name)),
  setItem: (name, value) => {
    if (EDITOR_NAMES.includes(name)) return;
    localStorage.setItem(NAMESPACE + name, HISTORY_NAMES.includes(name) ? withoutHeaders(value) : value);
  },
  removeItem: (name) => localStorage.removeItem(NAMESPACE + name),
  clear: () => {
    for (const name of ownKeys()) localStorage.removeItem(name);
  },
};

const ownKeys = (): string[] => Object.keys(localStorage).filter((name) => name.startsWith(NAMESPACE));

const withoutHeaders = (json: string): string =>
  JSON.stringify(JSON.parse(json, (name, value: unknown) => (name === 'headers' ? undefined : value)));
