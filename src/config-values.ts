import { z } from 'zod';
import { Decimal } from './domain/money.ts';

const NOT_AN_AMOUNT = 'takes a number that is not negative, e.g. 0.15';
/** A bound that no price comes near; what is above it is a slip of the hand. */
const MAX_AMOUNT = new Decimal('1e12');
const TOO_LARGE = `is too large: takes at most ${MAX_AMOUNT.toFixed()}`;
export const amount = z
  .union([z.number(), z.string()], {
    error: ({ input }) => (input === Number.POSITIVE_INFINITY ? TOO_LARGE : NOT_AN_AMOUNT),
  })
  .transform((value) => String(value))
  .refine((text) => /^\d{1,64}(\.\d{1,64})?(e[+-]?\d{1,3})?$/i.test(text), {
    error: NOT_AN_AMOUNT,
    abort: true,
  })
  .transform((text) => new Decimal(text))
  .refine((value) => value.lte(MAX_AMOUNT), TOO_LARGE);

/** Credentials travel in headers, which take nothing else. */
export const CREDENTIAL = /^[\x21-\x7e]+$/;
export const NOT_A_CREDENTIAL = 'takes visible ASCII characters without spaces';

const isBaseUrl = (text: string): boolean => {
  if (!/^https?:\/\/[^/]/.test(text) || !URL.canParse(text)) return false;
  const { username, password, search, hash } = new URL(text);
  return `${username}${password}${search}${hash}` === '';
};

const HTTP_ADDRESS = 'takes an http(s) address without user, query and fragment';

export const httpAddress = z.string().refine(isBaseUrl, HTTP_ADDRESS);

export const currencyCode = z.string().regex(/^[A-Z]{3}$/, 'takes an ISO 4217 code, e.g. USD');
