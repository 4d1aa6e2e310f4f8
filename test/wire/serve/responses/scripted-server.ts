import type { CompletionEvent } from '../../../../src/domain/completion-event.ts';
import { responsesDialect } from '../../../../src/wire/serve/responses/dialect.ts';
import type { ResponsesOptions } from '../../../../src/wire/serve/responses/options.ts';
import { type ScriptedServer as Served, serveDialect } from '../scripted-server.ts';

export type ScriptedServer = Pick<Served<ResponsesOptions>, 'read'> & {
  /** With the version, as clients want it. */
  readonly baseURL: string;
};

/** Answers the first request with the first script, and so on. */
export const serveScripts = async (
  ...scripts: readonly (readonly CompletionEvent[])[]
): Promise<ScriptedServer> => {
  const { origin, read } = await serveDialect(responsesDialect, (index) => scripts[index] ?? []);
  return { baseURL: `${origin}/v1`, read };
};
