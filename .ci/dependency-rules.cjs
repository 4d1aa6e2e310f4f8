/**
 * Who may import whom. `npx depcruise --config .ci/dependency-rules.cjs src test` checks it; imports of types
 * count like any other.
 */

/** What each folder of src may import of ours, besides itself. A folder that is not named here may import nothing. */
const INWARD = {
  domain: [],
  ports: ['domain'],
  wire: ['domain'],
  'price-lists': ['domain', 'ports'],
  catalogue: ['domain', 'ports', 'price-lists'],
  gateway: ['domain', 'ports', 'catalogue'],
  control: ['domain', 'ports', 'catalogue'],
  adapters: ['domain', 'ports', 'price-lists', 'wire'],
  faces: ['domain', 'wire', 'catalogue', 'gateway', 'control'],
};

/** Packages that only one folder may know. */
const CONFINED = [
  {
    folder: 'src/faces/graphql',
    packages: '(@pothos|@graphql-yoga|@graphql-tools|@escape\\.tech)/|(graphql[^/]*|dataloader)(/|$)',
  },
  { folder: 'src/adapters/state', packages: 'ioredis(/|$)' },
  { folder: 'src/adapters/store', packages: '(pg|drizzle-orm)(/|$)|@electric-sql/' },
  { folder: 'src/adapters/providers/ai-sdk', packages: '@ai-sdk/|aws4fetch(/|$)' },
  { folder: 'src/adapters/providers', packages: 'google-auth-library(/|$)' },
  { folder: 'src/adapters/media', packages: 'ipaddr\\.js(/|$)' },
  { folder: 'src/adapters', packages: '(undici|pino)(/|$)' },
  { folder: 'src/gateway', packages: 'gpt-tokenizer(/|$)' },
  { folder: 'src/faces/rest', packages: 'prom-client(/|$)' },
  { folder: 'src/adapters/telemetry/otel', packages: '@opentelemetry/' },
];

/** A browser program that Vite bundles: what it imports is not there when the server runs. */
const PAGE = '^src/faces/explorer/page/';

const folders = Object.entries(INWARD).map(([folder, allowed]) => ({
  name: `${folder}-imports-inward`,
  comment: `src/${folder} may import ${allowed.length > 0 ? allowed.join(', ') : 'nothing of ours'}.`,
  severity: 'error',
  from: { path: `^src/${folder}/` },
  to: { path: '^(src|test|bench)/', pathNot: `^src/(${[folder, ...allowed].join('|')})/` },
}));

const confined = CONFINED.map(({ folder, packages }) => ({
  name: `only-in-${folder.replace('src/', '').replaceAll('/', '-')}`,
  comment: `Only ${folder} knows these packages, so that they can be replaced.`,
  severity: 'error',
  from: { path: '^src/', pathNot: [`^${folder}/`, PAGE] },
  to: { path: `(^|/)node_modules/(${packages})` },
}));

/** Families of one folder that never meet: each may import its own files and those that lie beside the families. */
const apart = ['adapters', 'faces'].map((folder) => ({
  name: `${folder}-apart`,
  comment: `Each folder in src/${folder} stands alone.`,
  severity: 'error',
  from: { path: `^src/${folder}/([^/]+)/` },
  to: { path: `^src/${folder}/[^/]+/`, pathNot: `^src/${folder}/$1/` },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...folders,
    ...apart,
    ...confined,
    {
      name: 'nobody-imports-main',
      severity: 'error',
      from: { pathNot: '^test/' },
      to: { path: '^src/main\\.ts$' },
    },
    {
      name: 'config-only-from-main',
      comment:
        'Everything else takes its settings as parameters; what lies beside main wires one of its commands.',
      severity: 'error',
      from: { path: '^src/[^/]+/' },
      to: { path: '^src/[^/]+\\.ts$' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment: 'A file that nothing uses.',
      severity: 'error',
      from: { path: '^src/', orphan: true, pathNot: ['^src/main\\.ts$', '-worker\\.ts$'] },
      to: {},
    },
    {
      name: 'not-unresolvable',
      severity: 'error',
      // A package of types alone has nothing to resolve to; generated clients import it.
      from: {},
      to: { couldNotResolve: true, pathNot: '^@graphql-typed-document-node/core$' },
    },
    {
      name: 'no-development-packages-in-src',
      comment: 'What is only installed for development is missing where the package runs.',
      severity: 'error',
      from: { path: '^src/', pathNot: PAGE },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm'] },
    },
    {
      name: 'no-undeclared-packages',
      severity: 'error',
      from: { path: '^(src|test)/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    /** TypeScript 7 has no API to parse with. */
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
