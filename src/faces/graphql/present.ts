type Present<Values> = { [Name in keyof Values]?: Exclude<Values[Name], null | undefined> };

/** GraphQL says null or nothing for what is absent; the core knows only absence. */
export const present = <Values extends object>(values: Values): Present<Values> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value != null)) as Present<Values>;
