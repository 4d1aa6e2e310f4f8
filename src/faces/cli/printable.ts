/** Words that may quote others', line by line: a terminal takes control characters for orders. */
export const printable = (text: string): string => text.replaceAll(/(?!\n)[\p{Cc}\p{Cf}]/gu, ' ');
