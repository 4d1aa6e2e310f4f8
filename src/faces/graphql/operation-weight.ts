import {
  type ExecutionArgs,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  GraphQLError,
  type GraphQLField,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  getOperationAST,
  getVariableValues,
  isAbstractType,
  isCompositeType,
  isUnionType,
  Kind,
  SchemaMetaFieldDef,
  type SelectionSetNode,
  TypeMetaFieldDef,
} from 'graphql';
import { hasSize, MAX_WEIGHT, type WeighField, weighBySize } from './field-weight.ts';
import { lengthOf, SHARE_OF_WEIGHT } from './introspection-weight.ts';

type Field = GraphQLField<unknown, unknown>;

const isWeighField = (value: unknown): value is WeighField => typeof value === 'function';

/** The operation will not be executed at all. */
class InvalidVariables extends Error {}

const WEIGHS_ONE = 'WEIGHS_ONE';
const known = new WeakMap<Field, WeighField | typeof WEIGHS_ONE>();

/** Looked up once a field: most need no reading of their arguments. */
const weigherOf = (field: Field): WeighField | typeof WEIGHS_ONE => {
  const found = known.get(field);
  if (found !== undefined) return found;
  const { weight } = field.extensions;
  const weigher = isWeighField(weight) ? weight : hasSize(field.args) ? weighBySize : WEIGHS_ONE;
  known.set(field, weigher);
  return weigher;
};

/** Whether what is selected for `condition` can be there in an object of `type`. */
const applies = (
  schema: GraphQLSchema,
  condition: GraphQLCompositeType,
  type: GraphQLCompositeType,
): boolean =>
  condition === type ||
  isAbstractType(type) ||
  (isAbstractType(condition) && schema.isSubType(condition, type));

class OperationScales {
  readonly #schema: GraphQLSchema;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #readVariables: () => { readonly [name: string]: unknown };
  #variables: { readonly [name: string]: unknown } | undefined;
  /** Fragments can name each other many times over. */
  readonly #weighed = new Map<string, number>();

  constructor(
    schema: GraphQLSchema,
    fragments: ReadonlyMap<string, FragmentDefinitionNode>,
    readVariables: () => { readonly [name: string]: unknown },
  ) {
    this.#schema = schema;
    this.#fragments = fragments;
    this.#readVariables = readVariables;
  }

  weighSelection({ selections }: SelectionSetNode, type: GraphQLCompositeType): number {
    let sum = 0;
    for (const selection of selections) {
      switch (selection.kind) {
        case Kind.FIELD:
          sum += this.#weighField(selection, type);
          break;
        case Kind.INLINE_FRAGMENT: {
          const condition = this.#condition(selection.typeCondition?.name.value, type);
          if (applies(this.#schema, condition, type))
            sum += this.weighSelection(selection.selectionSet, this.#narrower(condition, type));
          break;
        }
        case Kind.FRAGMENT_SPREAD:
          sum += this.#weighFragment(selection.name.value, type);
      }
    }
    return sum;
  }

  #condition(name: string | undefined, type: GraphQLCompositeType): GraphQLCompositeType {
    const condition = name === undefined ? undefined : this.#schema.getType(name);
    return isCompositeType(condition) ? condition : type;
  }

  /** Of an object all fields are known by its own type, whichever interface they are selected by. */
  #narrower(condition: GraphQLCompositeType, type: GraphQLCompositeType): GraphQLCompositeType {
    return isAbstractType(type) ? condition : type;
  }

  #weighFragment(name: string, type: GraphQLCompositeType): number {
    const fragment = this.#fragments.get(name);
    if (fragment === undefined) return 0;
    const key = `${name} ${type.name}`;
    const before = this.#weighed.get(key);
    if (before !== undefined) return before;
    const condition = this.#condition(fragment.typeCondition.name.value, type);
    const weight = applies(this.#schema, condition, type)
      ? this.weighSelection(fragment.selectionSet, this.#narrower(condition, type))
      : 0;
    this.#weighed.set(key, weight);
    return weight;
  }

  #weighIntrospection({ name, selectionSet }: FieldNode): number {
    const field = [SchemaMetaFieldDef, TypeMetaFieldDef].find((each) => each.name === name.value);
    const type = field && getNamedType(field.type);
    if (selectionSet === undefined || !isCompositeType(type)) return 1;
    return Math.ceil(1 + SHARE_OF_WEIGHT * this.weighSelection(selectionSet, type));
  }

  #weighField(node: FieldNode, type: GraphQLCompositeType): number {
    const field = isUnionType(type) ? undefined : type.getFields()[node.name.value];
    if (field === undefined) return this.#weighIntrospection(node);
    const { selectionSet } = node;
    const result = getNamedType(field.type);
    const below = (typeName?: string): number =>
      selectionSet === undefined || !isCompositeType(result)
        ? 0
        : this.weighSelection(selectionSet, this.#condition(typeName, result));
    if (type.name.startsWith('__')) return 1 + lengthOf(type.name, field.name) * below();
    const weigh = weigherOf(field);
    if (weigh === WEIGHS_ONE) return 1 + below();
    this.#variables ??= this.#readVariables();
    let args: { readonly [name: string]: unknown };
    try {
      args = getArgumentValues(field, node, this.#variables);
    } catch {
      // It alone will not be resolved.
      return 1;
    }
    return weigh(args, below);
  }
}

/**
 * What an operation weighs by what it asks for, not by what there is.
 *
 * @returns undefined for one that is not there or whose variables are wrong: executing it says in which way
 */
export const weighOperation = ({
  schema,
  document,
  operationName,
  variableValues,
}: ExecutionArgs): number | undefined => {
  const operation = getOperationAST(document, operationName);
  const root = operation && schema.getRootType(operation.operation);
  if (operation == null || root == null) return undefined;
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const scales = new OperationScales(schema, fragments, () => {
    const read = getVariableValues(schema, operation.variableDefinitions ?? [], variableValues ?? {}, {
      maxErrors: 1,
    });
    if (read.coerced === undefined) throw new InvalidVariables();
    return read.coerced;
  });
  try {
    return scales.weighSelection(operation.selectionSet, root);
  } catch (error) {
    if (error instanceof InvalidVariables) return undefined;
    throw error;
  }
};

/** To read so many values of variables takes some 30 ms, in one piece. */
const MAX_VALUES = 20_000;

const isMoreThan = (value: unknown, most: number): boolean => {
  let left = most;
  // A list in place of calls: what is nested deeper than a stack goes is counted too.
  const open: unknown[] = [value];
  while (open.length > 0) {
    if (open.length > left) return true;
    const each = open.pop();
    left -= 1;
    if (typeof each !== 'object' || each === null) continue;
    // Files of a form, and what else is no plain value, count as one.
    if (!Array.isArray(each) && Object.getPrototypeOf(each) !== Object.prototype) continue;
    for (const name in each) {
      if (open.length > left) return true;
      open.push(Reflect.get(each, name));
    }
  }
  return false;
};

/** Why an operation is not even weighed, if its variables have too many parts. */
export const tooManyValues = ({ variableValues }: ExecutionArgs): GraphQLError | undefined =>
  variableValues != null && isMoreThan(variableValues, MAX_VALUES)
    ? new GraphQLError(
        `The operation asks for too much at once: its variables have more than ${MAX_VALUES} values. Send fewer at a time.`,
        { extensions: { code: 'OPERATION_TOO_COMPLEX' } },
      )
    : undefined;

/** Why an operation is not executed, if it asks for too much. */
export const overweight = (weight: number): GraphQLError | undefined => {
  if (weight <= MAX_WEIGHT) return undefined;
  return new GraphQLError(
    `The operation asks for too much at once: its weight is ${weight}, the limit ${MAX_WEIGHT}. Ask for smaller pages, fewer ids or fewer levels.`,
    { extensions: { code: 'OPERATION_TOO_COMPLEX' } },
  );
};
