/** BARE: the error is the whole body. */
export type Phrase = readonly [server: string, status: number, error: object | string, body?: 'BARE'];

/** Refusals of a prompt that is too long, as servers word them. */
export const TOO_LONG: readonly Phrase[] = [
  [
    'OpenAI',
    400,
    {
      message:
        "This model's maximum context length is 128000 tokens. However, your messages resulted in 140000 tokens.",
      type: 'invalid_request_error',
      param: 'messages',
      code: 'context_length_exceeded',
    },
  ],
  [
    'OpenAI, without a code',
    400,
    {
      message: 'Your input exceeds the context window of this model. Please adjust your input and try again.',
    },
  ],
  [
    'OpenAI, a limit of the account',
    400,
    {
      message:
        'Input tokens exceed the configured limit of 272000 tokens. Your messages resulted in 300000 tokens.',
    },
  ],
  [
    'OpenAI, one text',
    400,
    {
      message:
        "Invalid 'messages[1].content': string too long. Expected a string with maximum length 10485760, but got a string with length 11000000 instead.",
      code: 'string_above_max_length',
    },
  ],
  ['Azure', 400, { code: 'context_length_exceeded', message: 'Too many' }],
  [
    'vLLM',
    400,
    {
      object: 'error',
      message:
        "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens in the messages, Please reduce the length of the messages.",
      type: 'BadRequestError',
      code: 400,
    },
    'BARE',
  ],
  [
    'vLLM, the engine',
    400,
    {
      message:
        'The decoder prompt (length 5000) is longer than the maximum model length of 4096. Make sure that `max_model_len` is no smaller than the number of text tokens.',
      code: 400,
    },
  ],
  [
    'vLLM, room for the answer',
    400,
    {
      message:
        "'max_tokens' or 'max_completion_tokens' is too large: 5000. This model's maximum context length is 4096 tokens and your request has 10 input tokens.",
      code: 400,
    },
  ],
  [
    'SGLang',
    400,
    {
      message: "The input (9000 tokens) is longer than the model's context length (8192 tokens).",
      code: 400,
    },
  ],
  [
    'SGLang, its limit',
    400,
    {
      object: 'error',
      message: 'Input length (9000 tokens) exceeds the maximum allowed length (8186 tokens).',
      type: 'BadRequestError',
      code: 400,
    },
    'BARE',
  ],
  [
    'TGI',
    422,
    {
      error: 'Input validation error: `inputs` must have less than 1024 tokens. Given: 1100',
      error_type: 'validation',
    },
    'BARE',
  ],
  [
    'Together',
    422,
    {
      message:
        '`inputs` tokens + `max_new_tokens` must be <= 8193. Given: 8200 `inputs` tokens and 512 `max_new_tokens`',
      type: 'invalid_request_error',
    },
  ],
  [
    'llama.cpp',
    400,
    {
      code: 400,
      message:
        'the request exceeds the available context size. try increasing the context size or enable context shift',
      type: 'exceed_context_size_error',
    },
  ],
  [
    'llama.cpp, a batch',
    500,
    {
      code: 500,
      message: 'input is too large to process. increase the physical batch size',
      type: 'server_error',
    },
  ],
  ['Ollama', 400, { error: 'the input length exceeds the context length' }, 'BARE'],
  ['Ollama, prompt', 400, { error: 'prompt too long; exceeded max context length by 1204 tokens' }, 'BARE'],
  [
    'LM Studio',
    400,
    {
      error:
        'Trying to keep the first 9000 tokens when context the overflows. However, the model is loaded with less.',
    },
    'BARE',
  ],
  [
    'Mistral',
    400,
    { object: 'error', message: { detail: 'too long' }, type: 'invalid_request_prompt', code: '3051' },
    'BARE',
  ],
  [
    'Mistral, in words',
    400,
    {
      object: 'error',
      message:
        'Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length',
    },
    'BARE',
  ],
  [
    'xAI',
    400,
    {
      code: 'Client specified an invalid argument',
      error: "This model's maximum prompt length is 131072 but the request contains 537812 tokens.",
    },
    'BARE',
  ],
  [
    'Groq',
    400,
    {
      message: 'Please reduce the length of the messages or completion.',
      type: 'invalid_request_error',
      param: 'messages',
    },
  ],
  [
    'Cerebras',
    400,
    {
      message:
        'Please reduce the length of the messages or completion. Current length is 9000 while limit is 8192',
    },
  ],
  [
    'Fireworks',
    400,
    { object: 'error', message: 'The prompt is too long: 140000, model maximum context length: 131071' },
  ],
  [
    'DeepSeek',
    400,
    {
      message:
        "This model's maximum context length is 131072 tokens. However, you requested 140000 tokens (136000 in the messages, 4000 in the completion).",
    },
  ],
  [
    'DashScope',
    400,
    {
      code: 'invalid_parameter_error',
      message: '<400> InternalError.Algo.InvalidParameter: Range of input length should be [1, 129024]',
    },
  ],
  [
    'DashScope, tokens',
    400,
    { code: 'InvalidParameter', message: 'Total message token length exceed model limit 32768' },
  ],
  [
    'Moonshot',
    400,
    {
      message: 'Invalid request: Your request exceeded model token limit: 262144',
      type: 'invalid_request_error',
    },
  ],
  ['Zhipu, by its number', 400, { code: '1261', message: 'Prompt 超长' }],
  ['Z.ai', 400, { code: '1261', message: 'Prompt exceeds max length' }],
  [
    'Volcengine',
    400,
    {
      code: 'InvalidParameter',
      message: 'Total tokens of image and text exceed max message tokens',
      type: 'BadRequest',
    },
  ],
  ['Volcengine, by name', 400, { code: 'InvalidParameter.OversizedText', message: 'too much' }],
  [
    'SiliconFlow',
    400,
    {
      code: 20015,
      message: 'length of prompt_tokens (140000) must be less than max_seq_len (131072).',
      data: null,
    },
    'BARE',
  ],
  ['Qianfan', 400, { code: 'invalid_argument', message: 'prompt tokens too long' }],
  [
    'GitHub Models',
    413,
    {
      code: 'tokens_limit_reached',
      message: 'Request body too large for gpt-4o-mini model. Max size: 8000 tokens.',
    },
  ],
  [
    'GitHub Copilot',
    400,
    {
      code: 'model_max_prompt_tokens_exceeded',
      message: 'prompt token count of 70000 exceeds the limit of 64000',
    },
  ],
  [
    'Cloudflare',
    400,
    {
      code: 5021,
      message:
        'AiError: The estimated number of input and maximum output tokens (33000) exceeded this model context window limit (32768)',
    },
  ],
  [
    'Databricks',
    400,
    { error_code: 'BAD_REQUEST', message: 'Prompt token count (9000) cannot be greater than 8191.' },
    'BARE',
  ],
  [
    'OpenRouter',
    400,
    {
      code: 400,
      message:
        "This endpoint's maximum context length is 8192 tokens. However, you requested about 9000 tokens.",
    },
  ],
  [
    'OpenRouter, the provider behind it',
    400,
    {
      code: 400,
      message: 'Provider returned error',
      metadata: {
        raw: '{"error":{"message":"prompt is too long: 210000 tokens > 200000 maximum"}}',
        provider_name: 'Anthropic',
      },
    },
  ],
  [
    'LiteLLM',
    400,
    { message: 'litellm.ContextWindowExceededError: BadRequestError: too long', code: '400', type: null },
  ],
  [
    'LiteLLM in front of Bedrock',
    400,
    {
      message:
        'litellm.BadRequestError: BedrockException - {"message":"Input is too long for requested model."}',
      code: '400',
    },
  ],
  [
    'a relay',
    400,
    { message: 'Input length 877338 exceeds the maximum allowed input length of 639968 tokens', code: '400' },
  ],
  ['a relay, all messages', 400, { message: 'The total length of all messages is too long.', code: 400 }],
  [
    'a relay that answers 500',
    500,
    { message: 'prompt is too long: 210000 tokens > 200000 maximum', type: 'upstream_error' },
  ],
  [
    'a relay, Gemini behind it',
    400,
    {
      message: 'The input token count (1048600) exceeds the maximum number of tokens allowed (1048576).',
      type: 'upstream_error',
    },
  ],
  ['a server that names both', 400, { message: 'You requested 40000 tokens but the maximum is 32768' }],
  [
    'a server that names the maximum',
    400,
    { message: 'This model supports a maximum of 16384 tokens, your request used 20000' },
  ],
  ['a server that counts characters', 400, { message: 'the max input characters is 5120' }],
  ['a server with a name of its own', 400, { code: 'model_context_exceeded', message: 'no' }],
  ['a chat server', 400, { message: 'Conversation is too long. Please start a new conversation.' }],
  ['a relay, of the contents', 400, { message: '内容过长，请缩短后重试' }],
  ['a relay, in Chinese', 400, { message: '输入内容过长，已超过模型支持的最大长度', type: 'new_api_error' }],
  [
    'a relay, the context in Chinese',
    400,
    { message: '上下文长度超出模型限制', code: 'bad_response_status_code' },
  ],
  ['a relay, in traditional Chinese', 400, { message: '輸入長度超過限制' }],
  ['a relay, the history in Chinese', 400, { message: '历史记录过长' }],
  ['a relay, the session in Chinese', 400, { message: '会话长度超出限制' }],
  ['a relay, in Japanese', 400, { message: 'トークン数が上限を超えています' }],
  ['a relay, in French', 400, { message: 'La requête dépasse la longueur maximale du contexte' }],
  [
    'a server, above a limit',
    400,
    { message: 'Number of tokens in the prompt (9000) is above the limit (8192)' },
  ],
  ['a server, over a number', 400, { message: 'The number of input tokens is over 8192' }],
  ['a server that surpasses', 400, { message: 'Input tokens 9000 surpass limit 8192' }],
  ['a server that says what it supports', 400, { message: 'prompt has 9000 tokens, model supports 8192' }],
  ['a server, max len', 400, { message: 'length of prompt_tokens 9000 exceeds model max len' }],
  ['a server, an overflow', 400, { message: 'context overflow' }],
  ['a server, n_ctx', 400, { message: 'n_ctx exceeded' }],
];
