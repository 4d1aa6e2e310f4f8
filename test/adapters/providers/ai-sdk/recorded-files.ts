/** Recordings that are replayed by `recorded-exchanges.test.ts`. */
export const REPLAYED_EXCHANGES = [
  'vercel-ai/amazon-bedrock/reranking__amazon-bedrock-reranking.1.json',
  'vercel-ai/cohere/cohere-embedding.json',
  'vercel-ai/cohere/reranking__cohere-reranking.1.json',
  'vercel-ai/deepgram/deepgram-transcription.json',
  'vercel-ai/elevenlabs/elevenlabs-transcription.json',
  'wire-samples/bedrock/bedrock-converse-57ac77b2.json',
  'wire-samples/bedrock/bedrock-converse-6e00ff56.json',
  'wire-samples/bedrock/bedrock-converse-cb41b930.json',
  'wire-samples/bedrock/bedrock-count-tokens-260fbf30.json',
  'wire-samples/bedrock/bedrock-count-tokens-58e1e04d.json',
  'wire-samples/bedrock/bedrock-embeddings-dd002fa0.json',
  'wire-samples/cohere/cohere-chat-a6428753.json',
  'wire-samples/cohere/cohere-embeddings-1489b206.json',
  'wire-samples/cohere/cohere-embeddings-18a9f15f.json',
] as const;
