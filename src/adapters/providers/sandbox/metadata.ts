import { FAILURE_CODES, type FailureCode } from '../../../domain/failure.ts';

/** What `lorem` writes at most. */
const MOST_WORDS = 100_000;

/** How the sandbox shall behave for one request. */
export type SandboxBehaviour = {
  /** Length of what `lorem` writes. */
  readonly words: number;
  readonly ttftMs: number;
  /** 0: as fast as it is read. */
  readonly tokensPerSecond: number;
  readonly fail?: { readonly code: FailureCode; readonly afterWords: number; readonly retryAfterMs?: number };
  /** After so many words nothing more comes; 0: not even a first one. */
  readonly hangAfterWords?: number;
};

type Metadata = { readonly [key: string]: string };

/** Reads the request's metadata; a text in place of a behaviour says what is wrong with it. */
export const behaviourFrom = (metadata: Metadata, stream: boolean): SandboxBehaviour | string => {
  const problems: string[] = [];
  const number = (name: string, most = Number.MAX_VALUE): number | undefined => {
    const text = metadata[`sandbox.${name}`];
    if (text === undefined) return undefined;
    const value = Number(text);
    if (text.trim() !== '' && value >= 0 && value <= most) return value;
    const bounds = most === Number.MAX_VALUE ? 'of at least 0' : `from 0 to ${most}`;
    problems.push(`sandbox.${name} must be a number ${bounds}, not "${text}"`);
    return undefined;
  };

  const failText = metadata['sandbox.fail'];
  const failCode = FAILURE_CODES.find((code) => code === failText);
  if (failText !== undefined && failCode === undefined)
    problems.push(`sandbox.fail must be one of ${FAILURE_CODES.join(', ')}, not "${failText}"`);
  const afterWords = number('failAfterWords') ?? 0;
  const retryAfterMs = number('retryAfterMs');
  const hangAfterWords = number('hang');

  const behaviour: SandboxBehaviour = {
    words: number('words', MOST_WORDS) ?? 40,
    ttftMs: number('ttftMs') ?? (stream ? 100 : 0),
    tokensPerSecond: number('tokensPerSecond') ?? (stream ? 40 : 0),
    ...(failCode === undefined
      ? {}
      : { fail: { code: failCode, afterWords, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) } }),
    ...(hangAfterWords === undefined ? {} : { hangAfterWords }),
  };
  return problems.length > 0 ? problems.join('; ') : behaviour;
};
