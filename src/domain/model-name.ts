/** Whether a name ends in what marks a dated snapshot of a model or a moving pointer to its newest one. */
const SNAPSHOT = /-(?:latest|\d{8}|20\d{2}-\d{2}-\d{2}|00\d)$/;
/** As SNAPSHOT, and the short dates (`-0613`, `-2411`) that some labs use for releases of their own. */
const SHORT_SNAPSHOT = /-(?:latest|\d{8}|20\d{2}-\d{2}-\d{2}|00\d|\d{4})$/;

const stripAll = (name: string, suffix: RegExp): string => {
  let rest = name;
  while (suffix.test(rest)) rest = rest.replace(suffix, '');
  return rest;
};

const spelling = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replace(/[\s_.:@]+/g, '-')
    .replace(/^gpt-35/, 'gpt-3-5')
    .replace(/^meta-(?=llama)/, '')
    .replace(/^([a-z]+)(?=\d)/, '$1-');

/** Anthropic's names come in both word orders (`claude-3-opus`, `claude-opus-3`) and with or without `-0`. */
const ordered = (name: string): string =>
  name.startsWith('claude-')
    ? name
        .split('-')
        .filter((word) => word !== '0')
        .sort()
        .join('-')
    : name;

/**
 * What is left of a model's name when spelling (case, dots, dashes) and full dates are taken away. Equal keys
 * make two names of one lab probably, not certainly, names of one model.
 */
export const identityKey = (name: string): string => ordered(stripAll(spelling(name), SNAPSHOT));

/** As `identityKey`, also without short dates: only for names that a lab itself lists as one price. */
export const releaseKey = (name: string): string => ordered(stripAll(spelling(name), SHORT_SNAPSHOT));

/** Whether the name is of one dated snapshot rather than of the model. */
export const isSnapshot = (name: string): boolean => {
  const plain = spelling(name).replace(/-latest$/, '');
  return stripAll(plain, SNAPSHOT) !== plain;
};
