import { readFileSync } from 'node:fs';
import {
  type ASTVisitor,
  type DefinitionNode,
  type DocumentNode,
  graphql,
  Kind,
  parse,
  print,
  type TypeDefinitionNode,
  visit,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { buildSubgraphSchema } from '../../../src/faces/graphql/schema.ts';

const printed = (file: string): DocumentNode =>
  parse(readFileSync(new URL(`../../../schema/${file}`, import.meta.url), 'utf8'));

const CLIENT = printed('schema.graphql');
const SUBGRAPH = printed('subgraph.graphql');

/** Of federation itself: clients have no use for them. */
const FEDERATION: ReadonlySet<string> = new Set(['key', 'shareable', 'link']);

const isType = (node: DefinitionNode): node is TypeDefinitionNode =>
  node.kind.endsWith('TypeDefinition') && 'name' in node;

/** Each type with its members, arguments, defaults, descriptions and directives, in no order. */
const typesOf = (document: DocumentNode): ReadonlyMap<string, string> => {
  const byName = (a: { readonly name: { readonly value: string } }, b: typeof a): number =>
    a.name.value < b.name.value ? -1 : 1;
  const sorted = <Node extends { readonly name: { readonly value: string } }>(nodes?: readonly Node[]) =>
    [...(nodes ?? [])].sort(byName);
  const plain: ASTVisitor = {
    Directive: (node) => (FEDERATION.has(node.name.value) ? null : undefined),
    ObjectTypeDefinition: { leave: (node) => ({ ...node, fields: sorted(node.fields) }) },
    InterfaceTypeDefinition: { leave: (node) => ({ ...node, fields: sorted(node.fields) }) },
    InputObjectTypeDefinition: { leave: (node) => ({ ...node, fields: sorted(node.fields) }) },
    EnumTypeDefinition: { leave: (node) => ({ ...node, values: sorted(node.values) }) },
    FieldDefinition: { leave: (node) => ({ ...node, arguments: sorted(node.arguments) }) },
  };
  return new Map(
    visit(document, plain)
      .definitions.filter(isType)
      .map((type) => [type.name.value, print(type)]),
  );
};

const directivesUsed = (document: DocumentNode): ReadonlySet<string> => {
  const used = new Set<string>();
  visit(document, { Directive: (node) => void used.add(node.name.value) });
  return used;
};

describe('the schema for clients and the one for routers', () => {
  it('agree in every type, field, argument, default, description and directive', () => {
    const client = typesOf(CLIENT);
    const subgraph = typesOf(SUBGRAPH);
    expect([...subgraph.keys()].sort()).toEqual([...client.keys()].sort());
    expect(Object.fromEntries(subgraph)).toEqual(Object.fromEntries(client));
  });

  it('both say which inputs take one member alone, and where scalars are specified', () => {
    for (const document of [CLIENT, SUBGRAPH]) {
      const types = typesOf(document);
      expect(types.get('MessageInput')).toContain('input MessageInput @oneOf {');
      expect(types.get('JSONObject')).toContain('@specifiedBy(url:');
    }
  });

  it('are what the running server says of itself', async () => {
    const answer = await graphql({ schema: buildSubgraphSchema(), source: '{ _service { sdl } }' });
    expect(answer.errors).toBeUndefined();
    expect(answer.data).toMatchObject({
      _service: {
        sdl: readFileSync(new URL('../../../schema/subgraph.graphql', import.meta.url), 'utf8').trim(),
      },
    });
  });
});

describe('the schema for routers', () => {
  it('imports every directive of federation that it uses, and defines the young ones of GraphQL', () => {
    const [link] = SUBGRAPH.definitions.flatMap((node) =>
      node.kind === Kind.SCHEMA_EXTENSION ? (node.directives ?? []) : [],
    );
    const imported = print(link ?? SUBGRAPH).match(/@\w+(?=")/g) ?? [];
    const defined = SUBGRAPH.definitions.flatMap((node) =>
      node.kind === Kind.DIRECTIVE_DEFINITION ? [`@${node.name.value}`] : [],
    );
    expect(defined).toEqual(['@oneOf', '@specifiedBy']);
    const known = new Set([...imported, ...defined, '@link', '@deprecated']);
    expect(
      [...directivesUsed(SUBGRAPH)].map((name) => `@${name}`).filter((name) => !known.has(name)),
    ).toEqual([]);
  });

  it('lets other subgraphs page like it, and refer to what they know of', () => {
    const text = print(SUBGRAPH);
    expect(text).toContain('type PageInfo @shareable {');
    for (const type of ['Completion', 'Key', 'Offering', 'Operation', 'Provider']) {
      expect(text).toMatch(new RegExp(`^type ${type} .*@key\\(fields: "id"\\)`, 'm'));
    }
    expect(text).toMatch(/^type Model .*@key\(fields: "id"\) @key\(fields: "slug"\)/m);
    expect(text).toMatch(/^type Route .*@key\(fields: "id"\) @key\(fields: "name"\)/m);
  });
});
