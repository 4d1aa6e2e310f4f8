const SCHEMA = {
  type: 'object' as const,
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
};

/** A prompt at which every model that is played calls `weather` twice in one turn. */
export const TWO_CALLS = 'call weather {"city":"Oslo"}\ncall weather {"city":"Rome"}';
export const CITIES = ['Oslo', 'Rome'];

export const CHAT_WEATHER = {
  type: 'function' as const,
  function: { name: 'weather', description: 'The weather in a city.', strict: true, parameters: SCHEMA },
};
export const RESPONSES_WEATHER = {
  type: 'function' as const,
  name: 'weather',
  description: 'The weather in a city.',
  strict: true,
  parameters: SCHEMA,
};
export const MESSAGES_WEATHER = {
  name: 'weather',
  description: 'The weather in a city.',
  input_schema: SCHEMA,
};
export const SDK_WEATHER = {
  type: 'function' as const,
  name: 'weather',
  description: 'The weather in a city.',
  inputSchema: SCHEMA,
};

export const cityIn = (args: string): unknown => JSON.parse(args).city;
