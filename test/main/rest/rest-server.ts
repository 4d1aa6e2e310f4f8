import { kept } from '../../support/kept.ts';
import { type Modelgraph, startModelgraph } from '../../support/modelgraph.ts';
import { type MockUpstream, startMockUpstream } from './mock-upstream.ts';

/** Who answers, and which of its models do what. A model that is missing cannot be had there. */
export type RestUpstream = {
  readonly name: string;
  readonly chat: string;
  readonly embeddings?: string;
  readonly images?: string;
  readonly speech?: string;
  readonly transcription?: string;
  readonly moderation?: string;
  readonly rerank?: string;
  /** Reasoning can be asked of this model. */
  readonly reasoning?: string;
};

export const OPENAI: RestUpstream = {
  name: 'OpenAI',
  chat: 'openai/gpt-4o-mini',
  reasoning: 'openai/gpt-5-mini',
  embeddings: 'openai/text-embedding-3-small',
  images: 'openai/gpt-image-1',
  speech: 'openai/tts-1',
  transcription: 'openai/whisper-1',
  moderation: 'openai/omni-moderation-latest',
};
/** The same provider, which is asked in its other dialect for this model. */
export const OPENAI_RESPONSES: RestUpstream = {
  name: 'OpenAI (Responses)',
  chat: 'openai/gpt-5-mini',
  reasoning: 'openai/gpt-5-mini',
};
export const ANTHROPIC: RestUpstream = {
  name: 'Anthropic',
  chat: 'anthropic/claude-sonnet-4-5',
  reasoning: 'anthropic/claude-sonnet-4-5',
};
export const GEMINI: RestUpstream = {
  name: 'Gemini',
  chat: 'google/gemini-2.5-flash',
  reasoning: 'google/gemini-2.5-flash',
  embeddings: 'google/gemini-embedding-001',
  images: 'google/imagen-4.0-generate-001',
  speech: 'google/gemini-2.5-flash-preview-tts',
  transcription: 'google/gemini-2.5-flash',
};
export const SANDBOX: RestUpstream = {
  name: 'the sandbox',
  chat: 'sandbox/echo',
  reasoning: 'sandbox/echo',
  embeddings: 'sandbox/echo',
  images: 'sandbox/echo',
  speech: 'sandbox/echo',
  transcription: 'sandbox/echo',
  moderation: 'sandbox/echo',
  rerank: 'sandbox/echo',
};

export const REST_UPSTREAMS: readonly RestUpstream[] = [OPENAI, OPENAI_RESPONSES, ANTHROPIC, GEMINI, SANDBOX];

/** Upstreams that have such a model, with the model. */
export const upstreamsWith = (
  ability: Exclude<keyof RestUpstream, 'name'>,
): readonly { readonly name: string; readonly model: string }[] =>
  REST_UPSTREAMS.flatMap((upstream) => {
    const model = upstream[ability];
    return model === undefined ? [] : [{ name: upstream.name, model }];
  });

export type RestServer = {
  readonly server: Modelgraph;
  readonly upstream: MockUpstream;
  /** `http://127.0.0.1:port/v1` */
  readonly base: string;
  readonly key: string;
};

const startRestServer = async (): Promise<RestServer> => {
  const upstream = await startMockUpstream();
  const server = await startModelgraph({
    lists: 'SMALL',
    config: JSON.stringify({
      providers: [
        { id: 'openai', baseUrl: `${upstream.url}/v1`, apiKey: 'sk-test-0123456789' },
        { id: 'anthropic', baseUrl: upstream.url, apiKey: 'sk-ant-test-0123456789' },
        {
          id: 'google',
          baseUrl: upstream.url,
          apiKey: 'AIza-test-0123456789',
          models: [{ id: 'imagen-4.0-generate-001' }],
        },
      ],
    }),
  });
  return {
    server,
    upstream,
    base: `${server.url}/v1`,
    key: server.adminKey,
  };
};

/** The real server over providers that the independent mock plays. */
export const restServer = kept(startRestServer);
