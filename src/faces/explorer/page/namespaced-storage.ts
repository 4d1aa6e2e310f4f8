import type { Storage as EditorStorage } from '@graphiql/toolkit';

const NAMESPACE = 'modelgraph:';

/** Local storage under names of our own: other programs on this host and port may have used GraphiQL too. */
export const namespacedStorage: EditorStorage = {
  get length() {
    return ownKeys().length;
  },
  getItem: (name) => localStorage.getItem(NAMESPACE + name),
  setItem: (name, value) => localStorage.setItem(NAMESPACE + name, value),
  removeItem: (name) => localStorage.removeItem(NAMESPACE + name),
  clear: () => {
    for (const name of ownKeys()) localStorage.removeItem(name);
  },
};

const ownKeys = (): string[] => Object.keys(localStorage).filter((name) => name.startsWith(NAMESPACE));
