import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
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

const PUBLIC_FILE = resolve(
  import.meta.dirname,
  '../../../../..',
  process.env.MODELGRAPH_COMPLEXITY ?? '../shared/complexity',
  'dev.jsonl',
);

/** Labelled prompts of public sets, where they are at hand. */
export const publicSets = ():
  | readonly { readonly source: string; readonly labelled: Labelled }[]
  | undefined => {
  if (!existsSync(PUBLIC_FILE)) return undefined;
  const text = readFileSync(PUBLIC_FILE, 'utf8').trim();
  const read = readLabelled(text);
  if ('problem' in read) throw new Error(`line ${read.line}: ${read.problem}`);
  const sources = text.split('\n').map((line) => String(JSON.parse(line).source));
  return read.labelled.map((labelled, index) => ({ source: sources[index] ?? '', labelled }));
};
