import type { CountRange, PriceConditions, TimeWindow } from '../domain/price.ts';

const words = (word: string): string => word.toLowerCase().replaceAll('_', ' ');

const rangeWords = (name: string, { from, to }: CountRange): string =>
  to === undefined ? `${name} ≥ ${from}` : `${name} ${from}..<${to}`;

const holidayWords = ({ holidays }: TimeWindow): string => {
  if (holidays === undefined) return '';
  const whose = `${holidays.calendar} holidays`;
  switch (holidays.rule) {
    case 'EXCLUDE':
      return `not on ${whose}`;
    case 'ONLY':
      return `on ${whose} only`;
    case 'WORKING_DAYS':
      return `on ${holidays.calendar} working days`;
  }
};

export const windowWords = (window: TimeWindow): string =>
  [
    window.from === undefined ? '' : `${window.from}–${window.to ?? ''}`,
    window.weekdays?.map((each) => words(each).slice(0, 3)).join(',') ?? '',
    holidayWords(window),
    window.zone,
  ]
    .filter((each) => each !== '')
    .join(' ');

export const CONDITION_KINDS = [
  'PROMPT_TOKENS',
  'OUTPUT_TOKENS',
  'THINKING',
  'TIME_WINDOW',
  'REGION',
] as const;
export type ConditionKind = (typeof CONDITION_KINDS)[number];
export type ConditionWords = { readonly kind: ConditionKind; readonly text: string };

/** Each condition of a row in words; empty if it always applies. */
export const conditionWords = ({
  promptTokens,
  outputTokens,
  thinking,
  timeWindow,
  region,
}: PriceConditions): readonly ConditionWords[] => [
  ...(promptTokens === undefined
    ? []
    : [{ kind: 'PROMPT_TOKENS', text: rangeWords('prompt', promptTokens) } as const]),
  ...(outputTokens === undefined
    ? []
    : [{ kind: 'OUTPUT_TOKENS', text: rangeWords('output', outputTokens) } as const]),
  ...(thinking === undefined
    ? []
    : [{ kind: 'THINKING', text: thinking ? 'thinking' : 'not thinking' } as const]),
  ...(timeWindow === undefined ? [] : [{ kind: 'TIME_WINDOW', text: windowWords(timeWindow) } as const]),
  ...(region === undefined ? [] : [{ kind: 'REGION', text: `in ${region}` } as const]),
];
