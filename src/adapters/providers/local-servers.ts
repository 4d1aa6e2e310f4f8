import { isJsonObject } from '../../domain/json.ts';
import type { LocalServer } from './known-provider.ts';

const textOf = (row: unknown, field: string): readonly string[] => {
  const value = isJsonObject(row) ? row[field] : undefined;
  return typeof value === 'string' ? [value] : [];
};

/** The rows of a list under `field`, if each of them (at least one) looks like the server's own. */
const ownRows = (
  body: unknown,
  field: string,
  isOwn: (row: { readonly [name: string]: unknown }) => boolean,
): readonly unknown[] | undefined => {
  const rows = isJsonObject(body) ? body[field] : undefined;
  if (!Array.isArray(rows) || rows.length === 0) return undefined;
  return rows.every((row) => isJsonObject(row) && isOwn(row)) ? rows : undefined;
};

/** A server whose OpenAI-compatible list of models says who owns them: itself. */
export const ownedBy = (owner: string): LocalServer => ({
  path: '/v1/models',
  modelsIn: (body) =>
    ownRows(body, 'data', (row) => row.owned_by === owner)?.flatMap((row) => textOf(row, 'id')),
});

/** Ollama's own list, which may be empty. */
export const OLLAMA: LocalServer = {
  path: '/api/tags',
  modelsIn: (body) =>
    isJsonObject(body) && Array.isArray(body.models)
      ? body.models.flatMap((row) => textOf(row, 'name'))
      : undefined,
};

/** LM Studio's own list: its OpenAI-compatible one does not tell who it is. */
export const LM_STUDIO: LocalServer = {
  path: '/api/v0/models',
  modelsIn: (body) =>
    ownRows(body, 'data', (row) => typeof row.state === 'string' && 'compatibility_type' in row)?.flatMap(
      (row) => textOf(row, 'id'),
    ),
};
