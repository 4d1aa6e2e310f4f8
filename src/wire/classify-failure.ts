import type { FailureCode } from '../domain/failure.ts';
import * as words from './failure-words.ts';
import { codeOfStatus } from './upstream-failure.ts';

/** What a provider said of an error, from wherever in its answer. */
export type SaidOfError = {
  /** Absent for an error inside an answer of status 2xx. */
  readonly status: number | undefined;
  /** Codes, types and status words, as they came; numbers written out. */
  readonly names: readonly (string | undefined)[];
  /** For a person; empty where there is none. */
  readonly message: string;
};

/** What is wrong is said at the beginning; the prompt may be quoted after it. */
const MAX_MESSAGE = 8_000;

const INPUT_STATUSES: ReadonlySet<number> = new Set([400, 413, 422]);
const LIMIT_STATUSES: ReadonlySet<number> = new Set([400, 401, 402, 403, 429]);

const isIn = (statuses: ReadonlySet<number>, status: number | undefined): boolean =>
  status === undefined || statuses.has(status);

/** A status that says no more than that something went wrong: relays put any complaint under it. */
const isVague = (status: number | undefined): boolean =>
  status === undefined || status === 400 || status >= 500;

const numbered = (names: SaidOfError['names']): FailureCode | undefined => {
  for (const name of names) {
    const code = name !== undefined && /^\d{4}$/.test(name) ? words.NUMBERS[name] : undefined;
    if (code !== undefined) return code;
  }
  return undefined;
};

const isTooLong = (status: number | undefined, joined: string, message: string): boolean => {
  // Too many tokens in a minute are told in the words for too many in a prompt.
  if (words.RATE_MESSAGE.test(message)) return false;
  if (words.STRING_TOO_LONG.test(joined)) return words.LONG_MEMBER.test(message);
  const isInput = isIn(INPUT_STATUSES, status);
  if ((isInput || isVague(status)) && words.CONTEXT_MESSAGE.test(message)) return true;
  return isInput && words.LONG_MESSAGE.test(message) && !words.OTHER_LENGTH.test(message);
};

/**
 * What an error is by its code, type, number and message together, which say more than the status: a quota that is used
 * up and a limit on the rate are both 429, and a prompt that is too long comes with many statuses. Undefined where none
 * of them is known.
 */
export const codeInWords = ({ status, names, message: said }: SaidOfError): FailureCode | undefined => {
  const message = said.slice(0, MAX_MESSAGE);
  const joined = names.join(' ').toLowerCase().replaceAll(/[_.-]/g, '');
  const mayBeInput = isIn(INPUT_STATUSES, status) || isVague(status);
  const mayBeLimit = isIn(LIMIT_STATUSES, status) || isVague(status);
  if (words.FILTER_NAMES.test(joined)) return 'CONTENT_FILTERED';
  if (words.MODEL_FAULT_NAMES.test(joined)) return 'SERVER_ERROR';
  const number = numbered(names);
  if (number !== undefined) return number;
  if (words.QUOTA_NAMES.test(joined) || (mayBeLimit && words.QUOTA_MESSAGE.test(message)))
    return 'QUOTA_EXHAUSTED';
  if (words.CONTEXT_NAMES.test(joined)) return 'CONTEXT_LENGTH_EXCEEDED';
  if (words.OVERLOADED_NAMES.test(joined)) return 'OVERLOADED';
  if (words.RATE_NAMES.test(joined)) return 'RATE_LIMITED';
  if (mayBeInput && isTooLong(status, joined, message)) return 'CONTEXT_LENGTH_EXCEEDED';
  if ((mayBeInput || status === 403) && words.FILTER_MESSAGE.test(message)) return 'CONTENT_FILTERED';
  if (words.MODEL_NAMES.test(joined)) return 'MODEL_NOT_FOUND';
  if (isIn(INPUT_STATUSES, status) && words.MODEL_MESSAGE.test(message)) return 'MODEL_NOT_FOUND';
  if (isVague(status) && words.NO_CHANNEL_MESSAGE.test(message)) return 'MODEL_NOT_FOUND';
  if (words.AUTHENTICATION_NAMES.test(joined) && (status === undefined || status < 403))
    return 'AUTHENTICATION';
  if ((isVague(status) || status === 403) && words.RATE_MESSAGE.test(message)) return 'RATE_LIMITED';
  if (!isVague(status)) return undefined;
  if (words.OVERLOADED_MESSAGE.test(message)) return 'OVERLOADED';
  return words.AUTHENTICATION_MESSAGE.test(message) ? 'AUTHENTICATION' : undefined;
};

/** As `codeInWords`; where the words are not known, what the status says, or the names of an error without one. */
export const classifyFailure = (said: SaidOfError): FailureCode => {
  const code = codeInWords(said);
  if (code !== undefined) return code;
  if (said.status !== undefined) return codeOfStatus(said.status);
  const joined = said.names.join(' ').toLowerCase().replaceAll(/[_.-]/g, '');
  return words.INVALID_NAMES.test(joined) ? 'INVALID_REQUEST' : 'SERVER_ERROR';
};
