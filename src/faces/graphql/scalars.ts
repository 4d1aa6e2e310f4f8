import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import { Decimal } from '../../domain/money.ts';

const parse = (value: unknown): Decimal => {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text === 'string' && /^-?\d{1,40}(\.\d{1,40})?$/.test(text)) return new Decimal(text);
  throw new GraphQLError(
    `Decimal takes a number such as "0.15", as a string so that it stays exact; got ${JSON.stringify(value)}.`,
  );
};

/** Exact decimal number, sent as a string in plain notation: never rounded, never in exponents. */
export const DecimalScalar = new GraphQLScalarType<Decimal, string>({
  name: 'Decimal',
  description:
    'Exact decimal number as a string in plain notation, e.g. "0.000000075". Read it with a decimal library: as a float it loses exactness.',
  serialize: (value) => {
    if (value instanceof Decimal) return value.toFixed();
    throw new GraphQLError('Decimal can only serialise exact decimals.');
  },
  parseValue: parse,
  parseLiteral: (node) => {
    if (node.kind === Kind.STRING || node.kind === Kind.INT || node.kind === Kind.FLOAT)
      return parse(node.value);
    throw new GraphQLError(`Decimal takes a number or a string; got ${node.kind}.`);
  },
});

/**
 * A list of numbers that is one value to the engine: as a list of Floats, each number would be a field to complete,
 * and a batch of vectors, which has millions, would hold up everybody else for seconds.
 */
export const VectorScalar = new GraphQLScalarType<readonly number[], readonly number[]>({
  name: 'Vector',
  description: 'The numbers of a vector, in JSON a list such as `[0.25, -0.5]`.',
  serialize: (value) => {
    if (Array.isArray(value)) return value;
    throw new GraphQLError('Vector can only serialise a list of numbers.');
  },
  parseValue: () => {
    throw new GraphQLError('Vector is for output alone.');
  },
});
