/**
 * Writes the lists of src/catalogue/seed-data anew from where they come from, and prints what changes. For maintainers:
 *
 *   node .ci/refresh-seed.ts [list[=version or file] ...] [--accept]
 *   node .ci/refresh-seed.ts litellm=model_prices_and_context_window.json@2026-08-01
 *
 * Without names all lists are taken, each in its newest version. A list in which rates jump over 3 times, a third of a
 * provider's offerings is gone or a currency changes is not written, and the exit status is 1; `--accept` writes it.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { waitForUpdate } from '@pydantic/genai-prices';
import type { ShippedList } from '../src/catalogue/shipped/shipped-list.ts';
import { compareLists, describeChanges } from './seed/compare-lists.ts';
import { noteEdition } from './seed/first-listed.ts';
import { readListFile } from './seed/list-file.ts';
import { textOfList } from './seed/list-text.ts';
import { convertLitellm, LITELLM_URL } from './seed/litellm.ts';
import { convertLlmPricesCn, LLM_PRICES_CN_URL } from './seed/llm-prices-cn.ts';
import { convertModelsDev, MODELS_DEV_URLS } from './seed/models-dev.ts';
import { withPackage } from './seed/npm-package.ts';
import { convertPiAi, PI_AI } from './seed/pi-ai.ts';
import { convertPiCatalog, PI_CATALOG } from './seed/pi-catalog.ts';
import { convertPromptfoo, PROMPTFOO } from './seed/promptfoo.ts';
import { withoutStaleTiers } from './seed/without-stale-tiers.ts';

const DATA = resolve(import.meta.dirname, '../src/catalogue/seed-data');

const json = (file: string) => JSON.parse(readFileSync(file, 'utf8'));

const offeringIds = ({ providers }: ShippedList): readonly string[] =>
  providers.flatMap(({ id, offerings }) => offerings.map((offering) => `${id}/${offering.id}`));

const pricedIds = ({ providers }: ShippedList): readonly string[] =>
  providers.flatMap(({ id, offerings }) =>
    offerings.filter(({ prices }) => prices !== undefined).map((offering) => `${id}/${offering.id}`),
  );

const genaiOfferingIds = async (): Promise<readonly string[]> =>
  ((await waitForUpdate()) ?? []).flatMap(({ id, models }) =>
    models.map((model) => `${id === 'aws' ? 'bedrock' : id === 'x-ai' ? 'xai' : id}/${model.id}`),
  );

/** How each list is made, from a version or file that is wanted. */
const LISTS: { readonly [list: string]: (wanted: string | undefined) => ShippedList | Promise<ShippedList> } =
  {
    'pi-ai': (wanted) =>
      withPackage(PI_AI, wanted, (folder, edition) => {
        const data = join(folder, 'dist/providers/data');
        const files = readdirSync(data).filter((name) => name.endsWith('.json'));
        return convertPiAi(
          Object.fromEntries(files.map((name) => [name.slice(0, -5), json(join(data, name))])),
          edition,
        );
      }),
    'pi-catalog': (wanted) =>
      withPackage(PI_CATALOG, wanted, (folder, edition) => {
        const priced = new Set(pricedIds(json(join(DATA, 'pi-ai.json'))));
        return convertPiCatalog(json(join(folder, 'src/models.json')), edition, (id) => priced.has(id));
      }),
    litellm: async (wanted) => {
      const { text, edition } = await readListFile(LITELLM_URL, wanted);
      const piAi: ShippedList = json(join(DATA, 'pi-ai.json'));
      const piCatalog: ShippedList = json(join(DATA, 'pi-catalog.json'));
      const listed = new Set([
        ...offeringIds(piAi),
        ...offeringIds(piCatalog),
        ...(await genaiOfferingIds()),
      ]);
      return withoutStaleTiers(
        convertLitellm(text, edition, (id) => listed.has(id)),
        [piAi],
      );
    },
    'llm-prices-cn': async (wanted) => {
      const { text, edition } = await readListFile(LLM_PRICES_CN_URL, wanted);
      return convertLlmPricesCn(JSON.parse(text).models, edition);
    },
    promptfoo: (wanted) =>
      withPackage(PROMPTFOO, wanted, (folder, edition) => {
        const code = join(folder, 'dist/src');
        const holding = (prefix: string, text: string): string => {
          const texts = readdirSync(code)
            .filter((name) => name.startsWith(prefix) && name.endsWith('.js'))
            .map((name) => readFileSync(join(code, name), 'utf8'));
          const found = texts.find((body) => body.includes(text));
          if (found === undefined) throw new Error(`promptfoo has no ${prefix}*.js with "${text}"`);
          return found;
        };
        const listed = new Set(
          ['pi-ai', 'litellm'].flatMap((list) => offeringIds(json(join(DATA, `${list}.json`)))),
        );
        const bedrockIds = ['pi-ai', 'pi-catalog', 'litellm'].flatMap((list) =>
          pricedIds(json(join(DATA, `${list}.json`))).flatMap((id) =>
            id.startsWith('bedrock/') ? [id.slice('bedrock/'.length)] : [],
          ),
        );
        return convertPromptfoo(
          {
            billing: holding('billing', 'PRIORITY_TEXT_RATES = buildRateTable'),
            models: holding('util', 'const OPENAI_BILLING_MODELS = ['),
            images: holding('', 'const DALLE2_COSTS = {'),
            bedrock: holding('pricing', 'const BEDROCK_PRICING = {'),
          },
          edition,
          [...new Set(bedrockIds)],
          (id) => listed.has(id),
        );
      }),
    'models-dev': async (wanted) => {
      const read = async ({ name, url }: { readonly name: string; readonly url: string }) => {
        const { text, edition } = await readListFile(url, wanted?.replace('{name}', name));
        return { name, text, edition };
      };
      const [first, ...others] = await Promise.all(MODELS_DEV_URLS.map(read));
      if (first === undefined) throw new Error('models.dev has no address');
      const bodies = Object.fromEntries([first, ...others].map(({ name, text }) => [name, text]));
      const listed = new Set(offeringIds(json(join(DATA, 'litellm.json'))));
      return convertModelsDev(bodies, first.edition, (id) => listed.has(id));
    },
  };

const words = process.argv.slice(2);
const accept = words.includes('--accept');
const wanted = new Map(
  words
    .filter((word) => word !== '--accept')
    .map((word): [string, string | undefined] => {
      const [list = '', ...version] = word.split('=');
      return [list, version.length === 0 ? undefined : version.join('=')];
    }),
);
/** Makes a list anew and writes it, unless something in it is suspicious. */
const refresh = async (list: string): Promise<void> => {
  const make = LISTS[list];
  if (make === undefined) throw new Error(`no list is called "${list}": ${Object.keys(LISTS).join(', ')}`);
  const file = join(DATA, `${list}.json`);
  const before: ShippedList | undefined = existsSync(file) ? json(file) : undefined;
  const after = await make(wanted.get(list));
  const changes = compareLists(before, after);
  console.log(
    `# ${list} ${before?.version ?? '(none)'} -> ${after.version} of ${after.publishedAt.slice(0, 10)}`,
  );
  console.log(describeChanges(changes));
  if (changes.suspicious.length === 0 || accept) {
    writeFileSync(file, textOfList(after));
    if (list === 'pi-ai') noteEdition(join(DATA, 'first-listed.json'), after);
  } else {
    console.log(`${list} is not written: look at what is suspicious, then run it again with --accept.`);
    process.exitCode = 1;
  }
};

// A list that cannot be had leaves the others to be taken.
for (const list of wanted.size === 0 ? Object.keys(LISTS) : wanted.keys())
  await refresh(list).catch((error: unknown) => {
    console.log(`# ${list} is left as it is: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  });
