import type { FailureCode } from '../../domain/failure.ts';
import type { JsonObject } from '../../domain/json.ts';
import { codeInWords } from '../classify-failure.ts';
import { countAt, objectAt, textAt } from '../json-reading.ts';

/** MiniMax says how a call went in numbers of its own, with status 200 as a rule. */
const CODES: { readonly [status: number]: FailureCode } = {
  1001: 'TIMEOUT',
  1002: 'RATE_LIMITED',
  1004: 'AUTHENTICATION',
  1008: 'QUOTA_EXHAUSTED',
  1026: 'CONTENT_FILTERED',
  1027: 'CONTENT_FILTERED',
  1039: 'RATE_LIMITED',
  1041: 'RATE_LIMITED',
  1024: 'SERVER_ERROR',
  1033: 'SERVER_ERROR',
  2045: 'RATE_LIMITED',
  2049: 'AUTHENTICATION',
  2056: 'QUOTA_EXHAUSTED',
  2061: 'PERMISSION',
};

const INVALID = 2013;

/** MiniMax's `base_resp`, where it is not that of a success. */
export const failedBaseResp = (answer: JsonObject): JsonObject | undefined => {
  const base = objectAt(answer, 'base_resp');
  return (countAt(base, 'status_code') ?? 0) === 0 ? undefined : base;
};

/**
 * What such a number means; undefined for an error of another kind, and for numbers that are not known. Its number for
 * anything wrong with the request says less than the words beside it.
 */
export const codeOfBaseResp = (error: JsonObject): FailureCode | undefined => {
  if (error.status_msg === undefined) return undefined;
  const number = countAt(error, 'status_code') ?? 0;
  if (number !== INVALID) return CODES[number];
  const message = textAt(error, 'status_msg') ?? '';
  return codeInWords({ status: undefined, names: [], message }) ?? 'INVALID_REQUEST';
};
