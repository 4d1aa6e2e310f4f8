/** One part of a form. */
export type FormPart = {
  readonly name: string;
  /** Absent: it is text, not a file. */
  readonly fileName?: string;
  /** As the client says; empty where it does not. */
  readonly mediaType: string;
  /** They lie in the memory of the body. */
  readonly bytes: Buffer;
};

export type MultipartForm =
  | { readonly kind: 'FORM'; readonly parts: readonly FormPart[] }
  | { readonly kind: 'BROKEN' }
  | { readonly kind: 'TOO_MANY_PARTS' };

/** What takes time is the number of parts and the length of their heads, so both are bounded. */
export const MAX_PARTS = 100;
const MAX_HEAD_BYTES = 4_096;

const CRLF = '\r\n';
const BOUNDARY = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i;
const PARAMETER = /\s*;\s*([\w*-]+)\s*=\s*(?:"([^"]*)"|([^\s;"]*))/y;

/** Browsers write these three so in names; everything else is as it is. */
const unescaped = (text: string): string => text.replace(/%(0A|0D|22)/gi, (code) => decodeURIComponent(code));

/** `filename*` of RFC 5987, which wins over a plain one. */
const extended = (text: string): string => {
  try {
    return decodeURIComponent(text.replace(/^[^']*'[^']*'/, ''));
  } catch {
    return text;
  }
};

const parametersOf = (text: string): ReadonlyMap<string, string> => {
  const parameters = new Map<string, string>();
  PARAMETER.lastIndex = 0;
  for (let found = PARAMETER.exec(text); found !== null; found = PARAMETER.exec(text))
    parameters.set((found[1] ?? '').toLowerCase(), found[2] ?? found[3] ?? '');
  return parameters;
};

/** Undefined for a head that is not of a form's part. */
const partOf = (head: string, bytes: Buffer): FormPart | undefined => {
  const headers = new Map<string, string>();
  for (const line of head.split(CRLF)) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  const [, given = ''] = /^form-data(.*)$/is.exec(headers.get('content-disposition') ?? '') ?? [];
  const parameters = parametersOf(given);
  const name = parameters.get('name');
  if (name === undefined) return undefined;
  const inOtherScript = parameters.get('filename*');
  const plain = parameters.get('filename');
  const fileName = inOtherScript !== undefined ? extended(inOtherScript) : plain && unescaped(plain);
  return {
    name: unescaped(name),
    mediaType: headers.get('content-type') ?? '',
    bytes,
    ...(fileName !== undefined && { fileName }),
  };
};

/** Reads `multipart/form-data` (RFC 7578) in place: no byte of a file is copied, and none is looked at twice. */
export const readForm = (body: Buffer, contentType: string): MultipartForm => {
  const [, quoted, plain] = BOUNDARY.exec(contentType) ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) return { kind: 'BROKEN' };
  const opening = Buffer.from(`--${boundary}`, 'latin1');
  const delimiter = Buffer.from(`${CRLF}--${boundary}`, 'latin1');
  const parts: FormPart[] = [];
  const isFirst = body.subarray(0, opening.length).equals(opening);
  const preamble = isFirst ? 0 : body.indexOf(delimiter);
  if (preamble === -1) return { kind: 'BROKEN' };
  let at = preamble + (isFirst ? opening : delimiter).length;
  while (body.toString('latin1', at, at + 2) !== '--') {
    if (parts.length === MAX_PARTS) return { kind: 'TOO_MANY_PARTS' };
    const window = body.subarray(at, at + MAX_HEAD_BYTES);
    const headEnd = window.indexOf(CRLF + CRLF);
    if (headEnd === -1 || !/^[ \t]*\r\n/.test(window.toString('latin1', 0, headEnd + 2)))
      return { kind: 'BROKEN' };
    const start = at + headEnd + 2 * CRLF.length;
    const end = body.indexOf(delimiter, start);
    const part =
      end === -1 ? undefined : partOf(window.toString('utf8', 0, headEnd), body.subarray(start, end));
    if (part === undefined) return { kind: 'BROKEN' };
    parts.push(part);
    at = end + delimiter.length;
  }
  return { kind: 'FORM', parts };
};
