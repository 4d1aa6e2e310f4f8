/** Who serves Gemini in its own dialect: the Gemini API with a key, or Google's Vertex AI. */
export type GeminiPlatform = 'gemini-api' | 'vertex';
