import { createAnthropic } from '@ai-sdk/anthropic';
import type { LanguageModelV4StreamPart } from '@ai-sdk/provider';
import { expect, test } from 'vitest';
import { TALK } from '../answers.ts';
import { serveScript } from './scripted-server.ts';

const PROMPT = { prompt: [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'Hello' }] }] };

const modelOf = async () => {
  const server = await serveScript(TALK);
  const provider = createAnthropic({ apiKey: 'key', baseURL: `${server.origin}/v1` });
  return { server, model: provider('gemini-2.5-pro') };
};

const CALLS = [
  { toolName: 'weather', input: '{"city":"Paris"}' },
  { toolName: 'time', input: '{"zone":"CET"}' },
  { toolName: 'now', input: '{}' },
];

test('the AI SDK reads a whole answer', async () => {
  const { model, server } = await modelOf();
  const { content, finishReason, usage } = await model.doGenerate(PROMPT);
  expect(content.filter(({ type }) => type === 'tool-call')).toMatchObject(CALLS);
  expect(content).toContainEqual(expect.objectContaining({ type: 'text', text: 'So it is.' }));
  expect(content.filter(({ type }) => type === 'reasoning')).toHaveLength(3);
  expect(content).toContainEqual(expect.objectContaining({ type: 'source', url: 'https://example.org/a' }));
  expect(finishReason.unified).toBe('tool-calls');
  expect(usage.inputTokens.total).toBe(127);
  expect(usage.outputTokens.total).toBe(42);
  expect(server.read[0]?.unread).toEqual([]);
});

test('the AI SDK reads a stream', async () => {
  const { model } = await modelOf();
  const { stream } = await model.doStream(PROMPT);
  const parts: LanguageModelV4StreamPart[] = [];
  for await (const part of stream) parts.push(part);
  expect(parts.filter(({ type }) => type === 'error')).toEqual([]);
  expect(parts.filter(({ type }) => type === 'tool-call')).toMatchObject(CALLS);
  expect(parts.flatMap((part) => (part.type === 'text-delta' ? [part.delta] : [])).join('')).toBe(
    'So it is.',
  );
  expect(parts.flatMap((part) => (part.type === 'reasoning-delta' ? [part.delta] : [])).join('')).toBe(
    'Let me think.',
  );
  expect(parts.at(-1)).toMatchObject({ type: 'finish', finishReason: { unified: 'tool-calls' } });
});
