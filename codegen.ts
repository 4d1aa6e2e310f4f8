import type { CodegenConfig } from '@graphql-codegen/cli';

/** Generates a typed client from the committed schema, as any frontend would. */
const config: CodegenConfig = {
  schema: 'schema/schema.graphql',
  documents: 'test/codegen/consumer.ts',
  generates: {
    'test/codegen/generated/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false, persistedDocuments: { hashAlgorithm: 'sha256' } },
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        strictScalars: true,
        scalars: {
          DateTime: 'string',
          Decimal: 'string',
          JSONObject: '{ [key: string]: unknown }',
          NonNegativeInt: 'number',
          Upload: 'File',
          URL: 'string',
          Vector: 'number[]',
        },
        importExtension: '.ts',
        emitLegacyCommonJSImports: false,
      },
    },
  },
};

export default config;
