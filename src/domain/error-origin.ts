/** Name and place of an error, without its message, which may quote a prompt. */
export const originOf = (error: unknown): string =>
  error instanceof Error
    ? `${error.name} ${error.stack?.match(/^ *at .*$/m)?.[0].trim() ?? ''}`.trim()
    : typeof error;
