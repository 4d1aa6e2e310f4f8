import { WAV } from './operation-cases.ts';

export const TRANSCRIBE = /* GraphQL */ `
  mutation ($audio: Upload!) {
    transcribe(input: { model: "sandbox/echo", audio: { upload: $audio } }) {
      __typename
      ... on Transcription { text durationSeconds }
      ... on Error { message }
      ... on InvalidInputError { path }
    }
  }
`;
export const wav = (type = 'audio/wav'): File => new File([WAV], 'hello.wav', { type });

export type Parts = { readonly [name: string]: string | File };

/** The field `operations` of a form. */
export const operations = (variables: object, query = TRANSCRIBE): string =>
  JSON.stringify({ query, variables });

const file = wav();
/** The one file of a form goes to `audio`. */
export const map = JSON.stringify({ 0: ['variables.audio'] });
const many = Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`f${index}`, wav()]));
/** Forms that break the rules of such requests, and what is said of each. */
export const brokenUploads: readonly (readonly [string, Parts, RegExp])[] = [
  ['without operations', { map, 0: file }, /"operations" is missing/],
  ['without a map', { operations: operations({ audio: null }), 0: file }, /"map" is missing/],
  [
    'with operations that are a file',
    { operations: file, map, 0: file },
    /"operations" is missing, or is a file/,
  ],
  ['with operations that are no JSON', { operations: '{', map, 0: file }, /"operations" is not JSON/],
  ['with a batch', { operations: `[${operations({ audio: null })}]`, map, 0: file }, /not a JSON object/],
  [
    'with a map that is a list',
    { operations: operations({ audio: null }), map: '[]', 0: file },
    /not a JSON object/,
  ],
  [
    'with a map of no paths',
    { operations: operations({ audio: null }), map: '{"0":[]}', 0: file },
    /no list of paths/,
  ],
  [
    'with a map of something else than paths',
    { operations: operations({ audio: null }), map: '{"0":[5]}', 0: file },
    /no list of paths/,
  ],
  ['without the file', { operations: operations({ audio: null }), map }, /"0" of "map" is missing/],
  [
    'with text for a file',
    { operations: operations({ audio: null }), map, 0: 'text' },
    /"0" of "map" is missing/,
  ],
  [
    'with a file that goes nowhere',
    { operations: operations({ audio: null }), map, 0: file, 1: file },
    /does not say where the file "1" goes/,
  ],
  [
    'with more than 10 files',
    {
      ...many,
      operations: operations({}),
      map: JSON.stringify(Object.fromEntries(Object.keys(many).map((name) => [name, ['variables.audio']]))),
    },
    /11 files; takes up to 10/,
  ],
  [
    'with more than 100 places',
    {
      operations: operations({ audio: null }),
      map: JSON.stringify({ 0: Array.from({ length: 101 }, () => 'variables.audio') }),
      0: file,
    },
    /up to 100 places/,
  ],
];
