import { readFileSync } from 'node:fs';
import {
  buildSchema,
  type GraphQLNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
} from 'graphql';
import { describe, expect, it } from 'vitest';

const schema = buildSchema(readFileSync(new URL('../../../schema/schema.graphql', import.meta.url), 'utf8'));
const types: readonly GraphQLNamedType[] = Object.values(schema.getTypeMap()).filter(
  (type) => !type.name.startsWith('__'),
);

describe('the schema', () => {
  it('lets one selection name a field of several members of a union: its type is the same in all of them', () => {
    const conflicts = types.filter(isUnionType).flatMap((union) => {
      const seen = new Map<string, string>();
      return union.getTypes().flatMap((member) =>
        Object.values(member.getFields()).flatMap((field) => {
          const type = String(field.type);
          const other = seen.get(field.name) ?? type;
          seen.set(field.name, type);
          return other === type
            ? []
            : [`${union.name}: ${member.name}.${field.name} is ${type}, elsewhere ${other}`];
        }),
      );
    });
    expect(conflicts).toEqual([]);
  });

  it('describes every type, field, argument, enum and value of its own', () => {
    const undescribed: string[] = [];
    const scalars = new Set(['Boolean', 'Float', 'ID', 'Int', 'String']);
    const check = (name: string, description: string | null | undefined): void => {
      if (!scalars.has(name) && (description ?? '') === '') undescribed.push(name);
    };
    for (const type of types) {
      check(type.name, type.description);
      if (isObjectType(type) || isInterfaceType(type)) {
        for (const field of Object.values(type.getFields())) {
          check(`${type.name}.${field.name}`, field.description);
          for (const argument of field.args)
            check(`${type.name}.${field.name}(${argument.name})`, argument.description);
        }
      }
      if (isInputObjectType(type)) {
        for (const field of Object.values(type.getFields()))
          check(`${type.name}.${field.name}`, field.description);
      }
      if (isEnumType(type)) {
        for (const value of type.getValues()) check(`${type.name}.${value.name}`, value.description);
      }
    }
    expect(undescribed).toEqual([]);
  });
});
