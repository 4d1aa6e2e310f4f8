import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CompletionRequest } from '../../../../../src/domain/completion-request.ts';
import {
  type Labelled,
  readLabelled,
} from '../../../../../src/gateway/routing/strategies/complexity/labelled.ts';

export const LABELLED_FILE = join(import.meta.dirname, '../../../../fixtures/complexity/labelled.jsonl');

/** Written and labelled by hand for these tests and the shipped model; not taken from any traffic. */
export const labelledPrompts = (): readonly Labelled[] => {
  const read = readLabelled(readFileSync(LABELLED_FILE, 'utf8'));
  if ('problem' in read) throw new Error(`line ${read.line}: ${read.problem}`);
  return read.labelled;
};

export const promptOf = (text: string, more: Partial<CompletionRequest> = {}): CompletionRequest => ({
  messages: [{ role: 'user', parts: [{ type: 'text', text }] }],
  tools: [],
  ...more,
});
