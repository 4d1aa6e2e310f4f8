import { type GraphQLSchema, isInterfaceType, isObjectType } from 'graphql';

/** What a field adds to the weight of an operation, and how often each of its own fields counts. */
type FieldWeight = { readonly field: number; readonly multiplier: number };

/** What each thing that is asked for by id weighs beside its fields: at most 5,000 go into one operation. */
const WEIGHT_OF_NAMED = 10;

/** Arguments that say how many things are asked for. */
const SIZES: ReadonlySet<string> = new Set(['first', 'last', 'ids', 'representations']);

const lengthOf = (value: unknown): number => (Array.isArray(value) ? value.length : 0);

export const weightByArguments = (args: { readonly [name: string]: unknown }): FieldWeight => {
  const named = Math.max(lengthOf(args.ids), lengthOf(args.representations));
  if (named > 0) return { field: named * WEIGHT_OF_NAMED, multiplier: named };
  const size = Math.max(Number(args.first ?? 0), Number(args.last ?? 0));
  return { field: 1, multiplier: size > 0 ? Math.min(size, 100) : 1 };
};

/** What going through the whole catalogue weighs, whatever is shown of it. */
const WEIGHT_OF_ORDER = 2_000;
const WEIGHT_OF_FILTER = 1_000;

/** For lists over the whole catalogue. */
export const weightOfCatalogue = (args: { readonly [name: string]: unknown }): FieldWeight => {
  const { field, multiplier } = weightByArguments(args);
  const sorting = args.order == null ? 0 : WEIGHT_OF_ORDER;
  return { field: field + sorting + (args.filter == null ? 0 : WEIGHT_OF_FILTER), multiplier };
};

/**
 * Says once what fields weigh whose arguments do not matter: their arguments need not be read for each operation
 * then.
 */
export const fixWeights = (schema: GraphQLSchema): GraphQLSchema => {
  const fixed = weightByArguments({});
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      if (field.extensions.complexity !== weightByArguments) continue;
      if (field.args.some(({ name }) => SIZES.has(name))) continue;
      field.extensions = { ...field.extensions, complexity: fixed };
    }
  }
  return schema;
};
