import type { EmbeddingPurpose } from '../../../domain/operation.ts';

/** Google's words for purposes. */
export const TASK_TYPES: { readonly [Purpose in EmbeddingPurpose]: string } = {
  QUERY: 'RETRIEVAL_QUERY',
  DOCUMENT: 'RETRIEVAL_DOCUMENT',
  SIMILARITY: 'SEMANTIC_SIMILARITY',
  CLASSIFICATION: 'CLASSIFICATION',
  CLUSTERING: 'CLUSTERING',
};

const PREFIXES: { readonly [Purpose in EmbeddingPurpose]: string } = {
  QUERY: 'task: search result | query: ',
  DOCUMENT: 'title: none | text: ',
  SIMILARITY: 'task: sentence similarity | query: ',
  CLASSIFICATION: 'task: classification | query: ',
  CLUSTERING: 'task: clustering | query: ',
};

/** Newer models are told in the text itself what it is for, and ignore the member of the request that older ones take. */
export const statesPurposeInText = (model: string): boolean => /gemini-embedding-2(?!-preview)/.test(model);

export const withPurpose = (text: string, purpose: EmbeddingPurpose): string => PREFIXES[purpose] + text;
