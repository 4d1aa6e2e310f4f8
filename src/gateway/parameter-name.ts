import type { Warning } from '../domain/warning.ts';

/** Where a parameter has another place in the graph than in the core. */
const IN_THE_GRAPH: ReadonlyMap<string, string> = new Map([
  ['reasoningEffort', 'reasoning.effort'],
  ['reasoningMaxTokens', 'reasoning.maxTokens'],
  ['imageData', 'image'],
  ['audioData', 'audio'],
  ['fileData', 'file'],
  ['imageUrl', 'image.source.providerUrl'],
  ['audioUrl', 'audio.source.providerUrl'],
  ['fileUrl', 'file.source.providerUrl'],
]);

/** A parameter as the caller knows it. */
export const nameInGraph = (parameter: string): string => IN_THE_GRAPH.get(parameter) ?? parameter;

/** A provider's warning as the caller can read it. */
export const warningInGraph = (warning: Warning): Warning =>
  warning.parameter === undefined ? warning : { ...warning, parameter: nameInGraph(warning.parameter) };
