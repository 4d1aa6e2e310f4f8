import type { RequestParameter } from '../../domain/completion-request.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../domain/json.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import type { EncodedWithWarnings, Forwarding } from '../codec.ts';
import { forwardedHeaders } from '../forwarded-headers.ts';
import { objectAt } from '../json-reading.ts';
import { given } from '../json-writing.ts';
import { adjusted, unsignedLeftOut } from '../warnings.ts';
import { encodeThinking } from './encode.ts';
import { forwardMessages } from './forward-messages.ts';
import { fitLimits } from './limits.ts';
import { type ModelTraits, modelTraits } from './model-traits.ts';
import { openTurnReasoning } from './open-turn.ts';
import { type AnthropicPlatform, API_VERSION, pathOf, VERTEX_VERSION } from './platform.ts';
import { BLANK_STOP, isBlank } from './refused-text.ts';
import { unsupportedByAnthropic } from './unsupported.ts';

/** What a parameter is called in a body. */
const FIELDS: { readonly [Name in RequestParameter]?: readonly string[] } = {
  temperature: ['temperature'],
  topP: ['top_p'],
  topK: ['top_k'],
  toolChoice: ['tool_choice'],
  serviceTier: ['service_tier', 'speed'],
};

type Edited = {
  readonly fields: { readonly [name: string]: JsonValue | undefined };
  readonly warnings: readonly ProviderEvent[];
};

const NOTHING: Edited = { fields: {}, warnings: [] };

/** How much to think, where the client's own words for it are refused: the same in other words, or nothing of it. */
const editThinking = (
  { client: { body }, request }: Forwarding,
  refused: ReadonlySet<RequestParameter>,
  traits: ModelTraits,
): Edited => {
  const type = objectAt(body, 'thinking')?.type;
  if (type !== 'enabled' && type !== 'adaptive' && type !== 'disabled') return NOTHING;
  const none: Edited = { fields: { thinking: undefined }, warnings: [] };
  if (refused.has('reasoningEffort')) return none;
  if (traits.thinking === 'NONE') return type === 'disabled' ? NOTHING : none;
  if (type === 'disabled') return traits.alwaysThinks ? none : NOTHING;
  const isTaken = type === 'adaptive' ? traits.thinking === 'ADAPTIVE' : traits.takesBudget;
  const isOpen = traits.thinking === 'BUDGET' && openTurnReasoning(request.messages) === 'UNSIGNED';
  if (isTaken && !isOpen) return NOTHING;
  const { thinking, warnings } = fitLimits(request, traits);
  const effort = thinking.kind === 'ADAPTIVE' ? { effort: thinking.effort } : {};
  const config = { ...objectAt(body, 'output_config'), ...effort };
  return {
    fields: {
      thinking: encodeThinking(thinking).thinking,
      ...(Object.keys(config).length > 0 && { output_config: config }),
    },
    warnings,
  };
};

const editTemperature = ({ temperature }: JsonObject): Edited =>
  typeof temperature === 'number' && temperature > 1
    ? {
        fields: { temperature: 1 },
        warnings: [adjusted('temperature', 'Anthropic takes at most 1: the temperature was lowered to 1.')],
      }
    : NOTHING;

const editStops = ({ stop_sequences: stops }: JsonObject): Edited => {
  if (!Array.isArray(stops)) return NOTHING;
  const kept = stops.filter((each: JsonValue) => typeof each !== 'string' || !isBlank(each));
  return kept.length === stops.length
    ? NOTHING
    : { fields: { stop_sequences: kept }, warnings: [BLANK_STOP] };
};

/** "tool_choice may only be specified while providing tools": also where it says nothing. */
const editToolChoice = ({ tools, tool_choice: choice }: JsonObject): Edited => {
  const hasTools = Array.isArray(tools) && tools.length > 0;
  const isIdle = isJsonObject(choice) && (choice.type === 'auto' || choice.type === 'none');
  return hasTools || !isIdle ? NOTHING : { fields: { tool_choice: undefined }, warnings: [] };
};

/**
 * A client's own request, but for what the API or the model refuses. Vertex wants the model in the path and the version in
 * the body.
 */
export const forwardAnthropic = (
  model: string,
  forwarding: Forwarding,
  platform: AnthropicPlatform,
): EncodedWithWarnings => {
  const { client, request, stream } = forwarding;
  const traits = modelTraits(model);
  const refused = new Set(unsupportedByAnthropic(traits, platform, request, true).map(({ name }) => name));
  const dropped: { [name: string]: undefined } = {};
  for (const name of refused) for (const field of FIELDS[name] ?? []) dropped[field] = undefined;
  const thinking = editThinking(forwarding, refused, traits);
  const temperature = refused.has('temperature') ? NOTHING : editTemperature(client.body);
  const stops = editStops(client.body);
  const conversation = forwardMessages(forwarding, refused, traits, platform);
  const {
    modelgraph: _ours,
    model: _asked,
    anthropic_version: version,
    ...rest
  } = {
    ...client.body,
    ...dropped,
    ...thinking.fields,
    ...temperature.fields,
    ...stops.fields,
    ...editToolChoice(client.body).fields,
    ...conversation.fields,
  };
  const warnings = [
    ...thinking.warnings,
    ...temperature.warnings,
    ...stops.warnings,
    ...conversation.warnings,
    ...unsignedLeftOut(request),
  ];
  const path = pathOf(model, stream, platform);
  if (platform === 'vertex') {
    return {
      call: {
        path,
        headers: forwardedHeaders(client, ['anthropic-beta']),
        body: JSON.stringify({ anthropic_version: version ?? VERTEX_VERSION, ...rest, stream }),
      },
      warnings,
    };
  }
  return {
    call: {
      path,
      headers: {
        'anthropic-version': API_VERSION,
        ...forwardedHeaders(client, ['anthropic-beta', 'anthropic-version']),
      },
      body: JSON.stringify({ model, ...rest, ...given('inference_geo', request.inferenceRegion), stream }),
    },
    warnings,
  };
};
