/** How long lists of introspection are, for the average of this graph's types; what is no list is there as often as this says. */
const LENGTHS: { readonly [field: string]: number } = {
  '__Schema.types': 400,
  '__Schema.directives': 10,
  '__Type.fields': 7,
  '__Type.inputFields': 2,
  '__Type.enumValues': 3,
  '__Type.possibleTypes': 1,
  '__Type.interfaces': 0.5,
  '__Field.args': 0.5,
  '__Directive.args': 2,
  // Few types are wrapped more than twice.
  '__Type.ofType': 0.5,
};

export const lengthOf = (typeName: string, fieldName: string): number =>
  LENGTHS[`${typeName}.${fieldName}`] ?? 1;

/** A field of introspection takes so much of the time of others: nothing is looked up. */
export const SHARE_OF_WEIGHT = 0.25;
