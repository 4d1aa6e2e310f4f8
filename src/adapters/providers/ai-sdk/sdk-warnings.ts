import type { SharedV4Warning } from '@ai-sdk/provider';
import type { Warning } from '../../../domain/warning.ts';

/** The package's names of parameters, where they are not those of the graph. */
const PARAMETERS: ReadonlyMap<string, string> = new Map([
  ['stopSequences', 'stop'],
  ['responseFormat', 'output'],
  ['reasoning', 'reasoningEffort'],
  ['budgetTokens', 'reasoningMaxTokens'],
  ['strict', 'tools'],
  ['toolContent', 'tools'],
  ['n', 'count'],
  ['outputFormat', 'format'],
]);

/** What was changed but not left out. */
const CHANGED = /clamp|lowered|converted|instead|strict|was used|removed/i;

/** What a package says that it changed or left out, as our own warning. */
export const readWarning = (warning: SharedV4Warning): Warning => {
  switch (warning.type) {
    case 'unsupported':
    case 'compatibility': {
      const parameter = PARAMETERS.get(warning.feature) ?? warning.feature;
      const message = warning.details ?? `The provider does not take ${parameter}.`;
      const isChanged = warning.type === 'compatibility' || CHANGED.test(message);
      return { code: isChanged ? 'ADJUSTED_PARAMETER' : 'UNSUPPORTED_PARAMETER', parameter, message };
    }
    case 'deprecated':
      return { code: 'PROVIDER_WARNING', parameter: warning.setting, message: warning.message };
    case 'other':
      return { code: 'PROVIDER_WARNING', message: warning.message };
  }
};
