import type { SharedV4Warning, SpeechModelV4, TranscriptionModelV4 } from '@ai-sdk/provider';
import { afterAll, expect, test } from 'vitest';
import { aiSdkSpeech } from '../../../../src/adapters/providers/ai-sdk/speech.ts';
import { aiSdkTranscription } from '../../../../src/adapters/providers/ai-sdk/transcription.ts';
import { createDispatcher } from '../../../../src/adapters/providers/dispatcher.ts';
import { failureOf } from '../../../../src/domain/failure.ts';
import { asProviderId } from '../../../../src/domain/ids.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';
import { recordedLog } from '../../../support/recorded-log.ts';

const dispatcher = createDispatcher();
afterAll(() => dispatcher.destroy());
const performance = {
  id: asProviderId('warning'),
  dispatcher,
  clock: createFakeClock(),
  log: recordedLog(),
  secrets: [],
};
const shared = {
  unsupported: () => [],
  rules: { failureOf: (status: number) => failureOf('SERVER_ERROR', `status ${status}`) },
};
const SAID: SharedV4Warning = { type: 'unsupported', feature: 'outputFormat', details: 'It was ignored.' };
const TOLD = [{ code: 'UNSUPPORTED_PARAMETER', parameter: 'format', message: 'It was ignored.' }];
const answered = { warnings: [SAID], response: { timestamp: new Date(0), modelId: 'm', headers: {} } };
const model = { specificationVersion: 'v4', provider: 'p', modelId: 'm' } as const;
const signal = () => new AbortController().signal;

test('what a package says that it left out of speech is told', async () => {
  const speaker: SpeechModelV4 = {
    ...model,
    doGenerate: async () => ({ ...answered, audio: new Uint8Array([1]) }),
  };
  const speech = aiSdkSpeech(performance, {
    ...shared,
    model: () => speaker,
    format: (format) => format,
    read: () => ({}),
  });
  const call = { providerModelId: 'm', request: { text: 'Hi' } };
  expect(await speech.perform(call, signal())).toMatchObject({ kind: 'DONE', warnings: TOLD });
});

test('what a package says that it left out of a transcript is told', async () => {
  const listener: TranscriptionModelV4 = {
    ...model,
    doGenerate: async () => ({
      ...answered,
      text: 'Hi',
      segments: [],
      language: undefined,
      durationInSeconds: undefined,
    }),
  };
  const transcription = aiSdkTranscription(performance, {
    ...shared,
    model: () => listener,
    options: () => ({}),
    read: () => ({ result: { text: 'Hi', segments: [], words: [] } }),
  });
  const audio = { mediaType: 'audio/wav', bytes: new Uint8Array([1]) };
  const request = { audio, task: 'TRANSCRIBE' } as const;
  const call = { providerModelId: 'm', request };
  expect(await transcription.perform(call, signal())).toMatchObject({ kind: 'DONE', warnings: TOLD });
});
