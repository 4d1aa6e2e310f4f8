/** Words at the beginning of a licence's text by which it is known. The first that fits counts. */
const TEXTS: readonly (readonly [spdx: string, words: RegExp])[] = [
  ['Elastic-2.0', /elastic license/],
  ['BUSL-1.1', /business source license/],
  ['SSPL-1.0', /server side public license/],
  ['LicenseRef-Commons-Clause', /commons clause/],
  ['LicenseRef-PolyForm', /polyform/],
  ['FSL-1.1', /functional source license/],
  ['LicenseRef-Fair-Source', /fair (source|core|use) license/],
  ['LicenseRef-Sustainable-Use', /sustainable use license/],
  ['LicenseRef-Confluent-Community', /confluent community license/],
  ['LicenseRef-RSAL', /redis source available license/],
  ['LicenseRef-Timescale', /timescale license/],
  ['CC-BY-NC', /(attribution-?noncommercial|cc by-?nc)/],
  ['CC-BY-SA', /(attribution-?sharealike|cc by-?sa)/],
  ['EUPL-1.2', /european union public licen[cs]e/],
  ['CDDL-1.0', /common development and distribution license/],
  ['OSL-3.0', /open software license/],
  ['Hippocratic-2.1', /hippocratic license/],
  ['AGPL-3.0-only', /gnu affero general public license/],
  ['LGPL-3.0-only', /gnu (lesser|library) general public license/],
  ['GPL-3.0-only', /gnu general public license/],
  ['MPL-2.0', /mozilla public license/],
  ['EPL-2.0', /eclipse public license/],
  ['Apache-2.0', /apache license,? version 2\.0/],
  ['BlueOak-1.0.0', /blue oak model license/],
  ['CC0-1.0', /cc0 1\.0 universal/],
  ['Unlicense', /free and unencumbered software released into the public domain/],
  [
    'MIT',
    /permission is hereby granted, free of charge, to any person obtaining a copy.*shall be included in all copies/,
  ],
  ['MIT-0', /permission is hereby granted, free of charge, to any person obtaining a copy/],
  [
    'ISC',
    /permission to use, copy, modify,? and\/?(or)? distribute this software.*provided that the above copyright notice/,
  ],
  ['0BSD', /permission to use, copy, modify,? and\/?(or)? distribute this software/],
  [
    'BSD-3-Clause',
    /redistribution and use in source and binary forms.*(neither the name|the names? of).*endorse or promote/,
  ],
  ['BSD-2-Clause', /redistribution and use in source and binary forms/],
  ['LicenseRef-Proprietary', /proprietary|commercial licen[cs]e|all rights reserved/],
];

/** Of a longer file the rest may be the licences of others. */
const BEGINNING = 2_000;

/** What some add to a licence that allows more, wherever in its text it stands. */
const RIDERS: typeof TEXTS = [
  ['LicenseRef-Commons-Clause', /commons clause.{0,20}license condition|subject to the commons clause/],
  ['JSON', /shall be used for good, not evil/],
];

/** The SPDX id of the licence whose text a file begins with; undefined if it is none of these. */
export const licenceOfText = (text: string): string | undefined => {
  const words = text.toLowerCase().replace(/[\s*#"“”]+/g, ' ');
  const rider = RIDERS.find(([, pattern]) => pattern.test(words));
  const beginning = words.slice(0, BEGINNING);
  return (rider ?? TEXTS.find(([, pattern]) => pattern.test(beginning)))?.[0];
};

export const MIT_TEXT = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation
files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy,
modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the
Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;
