import type { ProviderId } from '../domain/ids.ts';
import type { Offering } from '../domain/model.ts';
import { Decimal } from '../domain/money.ts';
import type { Catalogue } from './catalogue.ts';
import { writesText } from './offering-operation.ts';

/** What a token of plain text costs at the least, in and out together; undefined where it has no price both ways. */
const rateOf = (catalogue: Catalogue, offering: Offering): Decimal | undefined => {
  const rate = (direction: 'INPUT' | 'OUTPUT'): Decimal | undefined =>
    catalogue
      .pricesOf(offering.id)
      .filter(
        ({ meter, effectiveTo }) =>
          effectiveTo === undefined &&
          meter.family === 'TOKENS' &&
          meter.direction === direction &&
          meter.modality === 'TEXT' &&
          meter.tokenType === 'PLAIN',
      )
      .map(({ amount, per }) => amount.div(per))
      .toSorted((one, other) => one.cmp(other))[0];
  const input = rate('INPUT');
  const output = rate('OUTPUT');
  return input === undefined || output === undefined ? undefined : input.plus(output);
};

/**
 * A provider's own names for its models, those first that write text at the lowest price, then those without a
 * price, and last those for something else. Without deprecated ones.
 */
export const cheapestModels = (catalogue: Catalogue, providerId: ProviderId): readonly string[] => {
  const last = new Decimal(Number.POSITIVE_INFINITY);
  return catalogue.offerings
    .filter((offering) => offering.providerId === providerId && !offering.deprecated)
    .map((offering) => ({
      name: offering.providerModelId,
      isForText: writesText(offering),
      rate: rateOf(catalogue, offering) ?? last,
    }))
    .toSorted((one, other) => Number(other.isForText) - Number(one.isForText) || one.rate.cmp(other.rate))
    .map(({ name }) => name);
};
