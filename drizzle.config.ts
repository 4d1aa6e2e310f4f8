/**
 * `npx drizzle-kit@0.31.11 generate --name <what-changes>` writes the next migration from the schema. The tool is not among
 * the dependencies: it is needed only then, and brings an older esbuild with an install script.
 */
export default {
  dialect: 'postgresql',
  schema: './src/adapters/store/schema.ts',
  out: './src/adapters/store/migrations',
};
