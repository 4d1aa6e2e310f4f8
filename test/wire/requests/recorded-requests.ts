import type { JsonObject } from '../../../src/domain/json.ts';
import { hasRecordings, recordedFiles, recordedText } from '../../support/recordings.ts';

export type Surface = 'chat' | 'messages' | 'generateContent' | 'responses';
/** One request as somebody's client sent it to a provider. */
export type RecordedRequest = {
  readonly name: string;
  readonly provider: string;
  readonly surface: Surface;
  readonly path: string;
  readonly query: string;
  readonly body: JsonObject;
};

const SURFACES: ReadonlySet<string> = new Set(['chat', 'messages', 'generateContent', 'responses']);

type Sample = {
  readonly provider: string;
  readonly surface: string;
  readonly request: {
    readonly path: string;
    readonly query?: string;
    readonly body: JsonObject | null;
  };
};

/** Every recorded request of these surfaces, or why it is none. */
export const readRequests = (): {
  readonly requests: readonly RecordedRequest[];
  readonly excluded: ReadonlyMap<string, string>;
} => {
  const requests: RecordedRequest[] = [];
  const excluded = new Map<string, string>();
  if (!hasRecordings) return { requests, excluded };
  for (const folder of ['wire-samples', 'llm-anthropic']) {
    for (const name of recordedFiles(folder)) {
      const { provider, surface, request } = JSON.parse(recordedText(name)) as Sample;
      if (!SURFACES.has(surface)) excluded.set(name, `another API: ${surface}`);
      else if (surface === 'chat' && provider === 'cohere') excluded.set(name, "Cohere's own chat API");
      else if (request.body === null) excluded.set(name, 'the recording dropped the body, for its size');
      else {
        const { path, query = '', body } = request;
        requests.push({ name, provider, surface: surface as Surface, path, query, body });
      }
    }
  }
  return { requests, excluded };
};
