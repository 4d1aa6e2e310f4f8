import {
  type Asked,
  BASE,
  isPlainName,
  MANUAL,
  type Meant,
  readerByHeaders,
  writeCall,
} from './asked-address.ts';

/** Google's methods stand behind a colon: `/v1beta/models/NAME:generateContent`. */
const GOOGLE_METHOD =
  /^(.+):(generatecontent|streamgeneratecontent|embedcontent|batchembedcontents|counttokens|predict|rawpredict|streamrawpredict)$/;

export const findGoogle = ({ lower, names, address }: Asked): Meant | undefined => {
  const [, , method] = GOOGLE_METHOD.exec(lower.at(-1) ?? '') ?? [];
  const isOfGoogle = (lower[0] === 'v1beta' || lower[0] === 'v1alpha') && lower[1] !== 'openai';
  if (method === undefined && !isOfGoogle) return undefined;
  if (method?.includes('rawpredict') === true)
    return {
      reader: 'ANTHROPIC',
      message: `Vertex AI's addresses are not served. Use Anthropic's own client with the base URL ${address}. The address is ${writeCall('POST', '/v1/messages', address)}.`,
    };
  const name = (names.at(-1) ?? '').split(':', 1)[0] ?? '';
  const path = method?.includes('embed') === true ? '/v1/embeddings' : '/v1/chat/completions';
  const model = method !== undefined && isPlainName(name) ? ` and the model "${name}"` : '';
  return {
    reader: 'GEMINI',
    message: `Gemini's addresses are not served. Use an OpenAI client with the base URL ${address}/v1${model}. The address is ${writeCall('POST', path, address)}.`,
  };
};

const OLLAMA: ReadonlySet<string> = new Set([
  'chat',
  'generate',
  'embed',
  'embeddings',
  'tags',
  'show',
  'ps',
  'version',
  'pull',
  'push',
  'create',
]);

/** What administers a LiteLLM proxy. */
const LITELLM =
  /^(?:v\d\/)?(?:(?:key|user|team|budget|customer)\/(?:generate|new|info|list|update|delete|regenerate)|model(?:_group)?\/(?:info|new|update|delete)|(?:global\/)?spend\/\w+)$/;

export const findOthersAddress = (asked: Asked): Meant | undefined => {
  const { lower, address } = asked;
  const [first, second] = lower;
  const advice = `Use an OpenAI client with the base URL ${address}/v1. The address is ${writeCall('POST', '/v1/chat/completions', address)}.`;
  if (first === 'api' && lower.length === 2 && OLLAMA.has(second ?? ''))
    return { reader: 'OLLAMA', message: `Ollama's addresses are not served. ${advice}` };
  if (LITELLM.test(lower.join('/')))
    return {
      reader: 'OPENAI',
      message: `LiteLLM's administration is not served. Keys, prices and what was used are in the graph, at ${address}/graphql.`,
    };
  if (
    first === 'model' &&
    ['converse', 'converse-stream', 'invoke', 'invoke-with-response-stream'].includes(lower.at(-1) ?? '')
  )
    return { reader: 'MESSAGE', message: `Bedrock's addresses are not served. ${advice}` };
  if (
    (first === 'v1' || first === 'v2') &&
    second === 'chat' &&
    lower.length === 2 &&
    readerByHeaders(asked) !== 'ANTHROPIC'
  )
    return {
      reader: first === 'v2' ? 'MESSAGE' : 'OPENAI',
      message: `There is nothing at /${first}/chat. ${advice}`,
    };
  return undefined;
};

/** What OpenAI and Anthropic serve below `/v1` and this server does not, with what to do instead. */
const NOT_SERVED: readonly (readonly [path: string, advice: string])[] = [
  ['responses', 'Responses are not stored: send the whole conversation with each request.'],
  ['chat/completions', 'Completions are not stored here; the graph has their record.'],
  ['messages/batches', 'Send each request by itself.'],
  ['batches', 'Send each request by itself.'],
  ['files', 'Send files within the request.'],
  ['uploads', 'Send files within the request.'],
  ['images/variations', 'Use /v1/images/edits.'],
  ...[
    ...['assistants', 'threads', 'vector_stores', 'conversations', 'containers', 'fine_tuning', 'fine-tunes'],
    ...[
      'realtime',
      'videos',
      'evals',
      'organization',
      'organizations',
      'engines',
      'skills',
      'agents',
      'complete',
    ],
  ].map((path) => [path, ''] as const),
];

export const findNotServed = (asked: Asked): Meant | undefined => {
  const { lower, shown } = asked;
  const from = lower.lastIndexOf(BASE) + 1;
  const path = lower.slice(from).join('/');
  const entry = NOT_SERVED.find(([each]) => path === each || path.startsWith(`${each}/`));
  // Outside `/v1`, words as common as these are of no API.
  if (entry === undefined || from === 0) return undefined;
  return {
    reader: readerByHeaders(asked) ?? (path.startsWith('messages') ? 'ANTHROPIC' : 'OPENAI'),
    message: `This server does not serve ${shown}.${entry[1] === '' ? '' : ` ${entry[1]}`} ${MANUAL}`,
  };
};
