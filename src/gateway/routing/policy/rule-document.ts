import { isDeepStrictEqual } from 'node:util';
import { asOfferingId, asRouteName } from '../../../domain/ids.ts';
import type { JsonObject, JsonValue } from '../../../domain/json.ts';
import { omitUndefined } from '../../../domain/omit-undefined.ts';
import type { CandidateRule, CandidateTarget, WeightRamp } from '../../../domain/route.ts';
import { filterDocument } from './filter-grammar.ts';
import type { WrittenRule } from './grammar.ts';

/** How rules of candidates are written down, and read again. */

const targetOf = ({ model, offering, filter, route }: WrittenRule): CandidateTarget => {
  if (model !== undefined) return { kind: 'MODEL', name: model };
  if (offering !== undefined) return { kind: 'OFFERING', id: asOfferingId(offering) };
  if (route !== undefined) return { kind: 'ROUTE', name: asRouteName(route) };
  return { kind: 'FILTER', filter: filter ?? {} };
};

export const ruleOf = ({ weight = 1, ramp, upTo, when, ...target }: WrittenRule): CandidateRule => ({
  target: targetOf(target),
  weight,
  ...omitUndefined({ ramp, upTo, when }),
});

export type Members = { readonly [name: string]: JsonValue | undefined };

/** An object of the members that are there, and are not what is so anyway. */
export const json = (members: Members, usual: object = {}): JsonObject => {
  const defaults: Members = { ...usual };
  const kept: [string, JsonValue][] = [];
  for (const [name, value] of Object.entries(members))
    if (value !== undefined && !isDeepStrictEqual(value, defaults[name])) kept.push([name, value]);
  return Object.fromEntries(kept);
};

const targetDocument = (target: CandidateTarget): Members => {
  switch (target.kind) {
    case 'MODEL':
      return { model: target.name };
    case 'OFFERING':
      return { offering: target.id };
    case 'FILTER':
      return { filter: filterDocument(target.filter) };
    case 'ROUTE':
      return { route: target.name };
  }
};

export const rampDocument = ({ startsAt, endsAt, ...weights }: WeightRamp): JsonObject => ({
  ...weights,
  startsAt: startsAt.toISOString(),
  endsAt: endsAt.toISOString(),
});

export const ruleDocument = ({ target, ramp, ...rest }: CandidateRule): JsonObject =>
  json({ ...targetDocument(target), ...rest, ramp: ramp && rampDocument(ramp) }, { weight: 1 });
