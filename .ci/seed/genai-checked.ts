import type { CheckedDays } from '../../src/catalogue/shipped/genai-checked.ts';

type Entry = { readonly id: string; readonly prices?: unknown; readonly prices_checked?: unknown };
type Provider = { readonly id: string; readonly models: readonly Entry[] };

const dayOf = (value: unknown): string | undefined => {
  const day = value instanceof Date ? value.toISOString().slice(0, 10) : value;
  return typeof day === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(day) ? day : undefined;
};

/** The same text for the same prices, however a member stands and whether there is one entry of prices or a list of one. */
const wordOf = (value: unknown): string => {
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  if (Array.isArray(value)) return `[${value.map(wordOf).join()}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  return `{${Object.entries(value)
    .filter(([name]) => name !== 'type')
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, member]) => `${name}:${wordOf(member)}`)
    .join()}}`;
};
const pricesWord = ({ prices }: Entry): string => {
  const list: readonly unknown[] = Array.isArray(prices) ? prices : [{ prices }];
  return list
    .map((entry) => {
      const { constraint, prices: stated } = Object(entry);
      return wordOf({ ...(constraint == null ? {} : { constraint }), prices: stated });
    })
    .join();
};

/** The days that the repository states, for entries whose prices are the same in the package. */
export const checkedDays = (
  repository: readonly Provider[],
  published: readonly Provider[],
  commit: string,
): CheckedDays => {
  const checked: { [providerId: string]: { [day: string]: string[] } } = {};
  for (const { id: providerId, models } of repository) {
    const entries = new Map(
      published.find(({ id }) => id === providerId)?.models.map((entry) => [entry.id, entry]),
    );
    const days = new Map<string, string[]>();
    for (const entry of models) {
      const day = dayOf(entry.prices_checked);
      const now = entries.get(entry.id);
      if (day === undefined || now === undefined || pricesWord(entry) !== pricesWord(now)) continue;
      days.set(day, [...(days.get(day) ?? []), entry.id]);
    }
    if (days.size > 0) checked[providerId] = Object.fromEntries(days);
  }
  return { commit, checked };
};
