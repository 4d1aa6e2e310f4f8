import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { SourceOffering, SourcePrice, SourceReading } from '../../../src/ports/catalogue-source.ts';

export const fixtureText = (name: string): string =>
  readFileSync(resolve(import.meta.dirname, '../../fixtures/sources', name), 'utf8');

export const offeringIn = (reading: SourceReading, id: string): SourceOffering => {
  const found = reading.offerings.find((one) => `${one.providerId}/${one.providerModelId}` === id);
  if (found === undefined) throw new Error(`${id} is not in the reading`);
  return found;
};

const rangeText = (price: SourcePrice): string => {
  const { promptTokens, region, thinking, timeWindow } = price.conditions;
  return [
    promptTokens === undefined ? '' : ` [${promptTokens.from},${promptTokens.to ?? ''})`,
    region === undefined ? '' : ` @${region}`,
    thinking === undefined ? '' : ` thinking=${thinking}`,
    timeWindow === undefined ? '' : ` ${timeWindow.from}-${timeWindow.to} ${timeWindow.zone}`,
    price.effectiveFrom === undefined ? '' : ` from ${price.effectiveFrom.slice(0, 10)}`,
    price.effectiveTo === undefined ? '' : ` until ${price.effectiveTo.slice(0, 10)}`,
  ].join('');
};

const priceText = (price: SourcePrice): string => {
  const { family, direction, modality, tokenType, attributes = {} } = price.meter;
  const named = Object.entries(attributes).map(([name, value]) => ` ${name}=${value}`);
  const tier = price.serviceTier === 'STANDARD' ? '' : ` ${price.serviceTier}`;
  const billing = price.billing === 'METERED' ? '' : ` ${price.billing}`;
  return `${family} ${direction} ${modality} ${tokenType}${named.join('')}: ${price.amount}/${price.per}${tier}${billing}${rangeText(price)}`;
};

/** The rows of an offering, one line each, in alphabetical order. */
export const pricesOf = (reading: SourceReading, id: string): readonly string[] =>
  offeringIn(reading, id).prices.map(priceText).toSorted();

export const problemsIn = (reading: SourceReading): readonly string[] =>
  reading.problems.map(({ subject, reason }) => `${reason} ${subject}`).toSorted();
