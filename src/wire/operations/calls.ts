import type { JsonObject } from '../../domain/json.ts';
import type { Warning } from '../../domain/warning.ts';
import type { FormField } from '../operation-codec.ts';
import type { Encoded } from './define-operation.ts';

const NO_WARNINGS: readonly Warning[] = [];

export const jsonCall = (
  path: string,
  body: JsonObject,
  warnings: readonly Warning[] = NO_WARNINGS,
  headers: { readonly [name: string]: string } = {},
): Encoded => ({ call: { path, headers, body: { kind: 'JSON', text: JSON.stringify(body) } }, warnings });

export const formCall = (
  path: string,
  fields: readonly FormField[],
  warnings: readonly Warning[] = NO_WARNINGS,
): Encoded => ({ call: { path, headers: {}, body: { kind: 'FORM', fields } }, warnings });

/** A field of a form, left out where there is no value for it. */
export const field = (name: string, value: string | number | undefined): readonly FormField[] =>
  value === undefined ? [] : [{ name, value: String(value) }];

/** Something was asked for that is sent differently. */
export const adjustedParameter = (parameter: string, message: string): Warning => ({
  code: 'ADJUSTED_PARAMETER',
  parameter,
  message,
});
