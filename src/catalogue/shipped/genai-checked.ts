import { readFile } from 'node:fs/promises';

/**
 * The day on which each entry of genai-prices was last compared with the provider's page. Its repository states it; the npm
 * package leaves it out. Entries whose prices have changed since are not in here.
 */
export type CheckedDays = {
  /** Commit of https://github.com/pydantic/genai-prices. */
  readonly commit: string;
  /** Ids of entries, by the list's id of the provider and by day, `YYYY-MM-DD`. */
  readonly checked: { readonly [providerId: string]: { readonly [day: string]: readonly string[] } };
};

export const loadCheckedDays = async (): Promise<CheckedDays> =>
  JSON.parse(await readFile(new URL('../seed-data/genai-prices-checked.json', import.meta.url), 'utf8'));

type Entry = { readonly id: string };
type Provider<Model extends Entry> = { readonly id: string; readonly models: readonly Model[] };

/** The list with the days in the member that the repository has for them. The list itself is not changed. */
export const withCheckedDays = <Model extends Entry>(
  list: readonly Provider<Model>[],
  { checked }: CheckedDays,
): readonly Provider<Model & { readonly prices_checked?: string }>[] =>
  list.map((provider) => {
    const days = new Map(
      Object.entries(checked[provider.id] ?? {}).flatMap(([day, ids]) =>
        ids.map((id): [string, string] => [id, day]),
      ),
    );
    if (days.size === 0) return provider;
    return {
      ...provider,
      models: provider.models.map((model) => {
        const day = days.get(model.id);
        return day === undefined ? model : { ...model, prices_checked: day };
      }),
    };
  });
