const STORED_AS = 'modelgraph:key';

/**
 * The key that a link carries as `#key=…`: stored for this tab and taken out of the address bar. A fragment
 * is never sent to a server. Without one, the key that this tab already has; undefined where there is none.
 */
export const adoptKey = (): string | undefined => {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const key = fragment.get('key')?.trim();
  if (fragment.has('key')) history.replaceState(history.state, '', location.pathname + location.search);
  if (key) sessionStorage.setItem(STORED_AS, key);
  return sessionStorage.getItem(STORED_AS) ?? undefined;
};

/** Keeps a key for as long as this tab is open; `undefined` forgets it. */
export const storeKey = (key: string | undefined): void => {
  if (key === undefined) sessionStorage.removeItem(STORED_AS);
  else sessionStorage.setItem(STORED_AS, key);
};

/** Enough of a key to tell it from another, and too little to use it. */
export const maskKey = (key: string): string => (key.length > 16 ? `${key.slice(0, 7)}…` : '…');
