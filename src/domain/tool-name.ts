/**
 * Names of tools that are taken from clients: those of Anthropic (128 letters, digits, _ and -) and of MCP, whose names
 * may hold dots, colons and slashes as well. A provider that takes fewer gets a shorter or plainer name.
 */
export const TOOL_NAME = /^[a-zA-Z0-9_.:/-]{1,128}$/;

/** The same in words. */
export const TOOL_NAME_FORM = '1 to 128 letters, digits, _, -, ., : and /.';
