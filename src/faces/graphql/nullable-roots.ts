import SchemaBuilder, { BasePlugin, type PothosOutputFieldConfig, type SchemaTypes } from '@pothos/core';

const ONLY_WITH_ERROR = 'Null only with an entry in `errors` that says why.';
const ALSO_WITH_ERROR = 'Null with an entry in `errors` if it could not be read.';

/**
 * Makes every field of `Query` and `Mutation` nullable, and its description say when it is null.
 *
 * The rule has no exceptions: each of them fails without a valid key, over a limit, or while the store is away, and a
 * field that must not be null takes its whole answer with it, which behind a router includes the data of every other
 * subgraph. Expected failures stay typed members of a field's union. Fields of `Subscription` keep their types: an
 * operation has only one of them, so there is nothing beside it to lose.
 */
class NullableRootsPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override onOutputFieldConfig(field: PothosOutputFieldConfig<Types>): PothosOutputFieldConfig<Types> {
    if (field.kind !== 'Query' && field.kind !== 'Mutation') return field;
    const when = field.type.nullable ? ALSO_WITH_ERROR : ONLY_WITH_ERROR;
    return {
      ...field,
      type: { ...field.type, nullable: true },
      description: `${field.description ?? ''} ${when}`.trim(),
    };
  }
}

const NAME = 'nullableRoots';
export default NAME;

declare global {
  export namespace PothosSchemaTypes {
    interface Plugins<Types extends SchemaTypes> {
      nullableRoots: NullableRootsPlugin<Types>;
    }
  }
}

SchemaBuilder.registerPlugin(NAME, NullableRootsPlugin);
