/**
 * Licences under which code may be in what is passed on: each lets anybody use, change, host and sell it, and asks at most
 * that its notices go along, which THIRD-PARTY-LICENSES.txt does. What is not named here is refused, also the licences
 * that are free but ask for more: (L/A)GPL and MPL (changed sources must be given out), SSPL, BUSL, Elastic and
 * Commons Clause (not for hosted services), PolyForm and CC-BY-NC (not for trade).
 */
export const ALLOWED_FOR_CODE: { readonly [spdx: string]: string } = {
  '0BSD': 'Any use; not even a notice.',
  'Apache-2.0': 'Any use, with a grant of patents; notices and NOTICE files go along.',
  'BlueOak-1.0.0': 'Any use; the notice goes along.',
  'BSD-2-Clause': 'Any use; the notice goes along.',
  'BSD-3-Clause': 'Any use; the notice goes along, and no advertising with its authors.',
  'CC0-1.0': 'Given to the public; any use.',
  ISC: 'Any use; the notice goes along.',
  MIT: 'Any use; the notice goes along.',
  'MIT-0': 'Any use; not even a notice.',
  'Python-2.0': 'Any use; the notice and a summary of changes go along.',
  Unlicense: 'Given to the public; any use.',
  Zlib: 'Any use; changed versions say so.',
};

/** Licences of facts: besides those of code, one that asks for the authors to be named, which NOTICE.md does. */
export const ALLOWED_FOR_DATA: { readonly [spdx: string]: string } = {
  'Apache-2.0': 'Any use; the notice goes along.',
  'CC-BY-4.0': 'Any use; authors, licence and changes are named.',
  'CC0-1.0': 'Given to the public; any use.',
  MIT: 'Any use; the notice goes along.',
};
