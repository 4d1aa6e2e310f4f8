import type { ServerResponse } from 'node:http';

/** Nothing is loaded from elsewhere, and nothing runs. */
const SECURITY_HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
} as const;

const ENTITIES: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escapeHtml = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

const STYLE =
  'body{font:1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:15vh auto;padding:0 1rem}code{font-family:ui-monospace,monospace;overflow-wrap:anywhere}';

export type Page = {
  readonly status: number;
  readonly title: string;
  readonly message: string;
  /** Addresses with what is there; those that are no pages are for programs, and not opened. */
  readonly links: readonly { readonly href: string; readonly text: string; readonly isPage: boolean }[];
};

/** Sends a small page; its texts are escaped. */
export const sendPage = (response: ServerResponse, { status, title, message, links }: Page): void => {
  const items = links.map(({ href, text, isPage }) => {
    const address = escapeHtml(href);
    const shown = isPage ? `<a href="${address}">${address}</a>` : `<code>${address}</code>`;
    return `<li>${shown}: ${escapeHtml(text)}</li>`;
  });
  const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)} - modelgraph</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<style>${STYLE}</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(message)}</p>
<ul>
${items.join('\n')}
</ul>
</body>
</html>
`;
  response.writeHead(status, {
    ...SECURITY_HEADERS,
    'content-type': 'text/html; charset=utf-8',
    'content-length': Buffer.byteLength(page),
    'cache-control': 'no-store',
    vary: 'accept',
  });
  response.end(page);
};
