import { createGeminiCodec } from '../../gemini/codec.ts';
import type { GeminiPlatform } from '../../gemini/platform.ts';
import type { OperationCodec } from '../../operation-codec.ts';
import { only, tokenCountBy } from '../token-count.ts';
import { geminiModelName, geminiModelPath } from './model-path.ts';

const VERTEX_TAKES = ['contents', 'systemInstruction', 'tools', 'generationConfig'];

/** Google's count of what generateContent would read. */
export const geminiTokenCount = (platform: GeminiPlatform = 'gemini-api'): OperationCodec<'TOKEN_COUNT'> =>
  tokenCountBy({
    codec: createGeminiCodec(platform),
    countAt: 'totalTokens',
    // Vertex counts no choice of tools.
    uncounted: platform === 'vertex' ? ['toolChoice'] : [],
    call(model, body) {
      const path = geminiModelPath(platform, model, 'countTokens');
      if (platform === 'vertex') return { path, body: only(body, VERTEX_TAKES) };
      const isBare = Object.keys(body).every((name) => name === 'contents');
      return {
        path,
        body: isBare ? body : { generateContentRequest: { model: geminiModelName(model), ...body } },
      };
    },
  });
