import type { ShippedList } from '../../src/catalogue/shipped/shipped-list.ts';

/** One offering or model a line, so that a change is seen as one. */
export const textOfList = ({ providers, models, ...about }: ShippedList): string => {
  const lines = (values: readonly unknown[]): string =>
    `[\n${values.map((value) => JSON.stringify(value)).join(',\n')}\n]`;
  const member = (name: string, text: string): string => `${JSON.stringify(name)}:${text}`;
  const opened = (value: object): string => {
    const text = JSON.stringify(value).slice(0, -1);
    return text === '{' ? text : `${text},`;
  };
  const ofProviders = providers.map(
    ({ offerings, ...provider }) => `${opened(provider)}${member('offerings', lines(offerings))}}`,
  );
  return `${opened(about)}${[
    ...(models === undefined || models.length === 0 ? [] : [member('models', lines(models))]),
    member('providers', `[\n${ofProviders.join(',\n')}\n]`),
  ].join(',\n')}}\n`;
};
