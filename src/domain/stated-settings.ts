/**
 * Settings that the command line states, by the environment variable of the same meaning. They win over the environment, `.env`
 * and the config file; messages about them name the flag.
 */
export type StatedSettings = {
  readonly [variable: string]: { readonly flag: string; readonly value: string };
};
