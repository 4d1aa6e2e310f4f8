import type { ClientRequest } from '../domain/client-request.ts';

/** Those of a client's headers that are passed on, and no others: the rest may hold its credentials, or name its account. */
export const forwardedHeaders = (
  { headers }: Pick<ClientRequest, 'headers'>,
  names: readonly string[],
): { readonly [name: string]: string } => {
  const kept: { [name: string]: string } = { 'content-type': 'application/json' };
  for (const name of names) {
    const value = headers[name];
    if (value !== undefined) kept[name] = value;
  }
  return kept;
};
