import { parentPort } from 'node:worker_threads';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { threadCpuMs } from './thread-cpu.ts';

/**
 * Runs in a worker thread: the tokenizer takes half a second to load, and some texts milliseconds for each five hundred
 * characters. Takes lists of texts and answers each, in their order, with the tokens of all of its texts.
 */
/** Words such as <|endoftext|> are text where a stranger writes them. */
const AS_TEXT = { disallowedSpecial: new Set<string>() };

parentPort?.on('message', (pieces: readonly string[]) => {
  const beganMs = threadCpuMs();
  try {
    let tokens = 0;
    for (const piece of pieces) tokens += countTokens(piece, AS_TEXT);
    parentPort?.postMessage({ tokens, tookMs: threadCpuMs() - beganMs });
  } catch (error) {
    // Of these texts alone: others wait for theirs.
    parentPort?.postMessage({ problem: String(error) });
  }
});
