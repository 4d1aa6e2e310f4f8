import type { Capability, Offering } from '../domain/model.ts';
import { OPERATIONS, type Operation } from '../domain/operation.ts';
import type { ProviderInfo } from '../domain/provider.ts';

/** What a name says that a model is for, besides completions. The first that matches counts. */
const NAMED: readonly (readonly [Capability, RegExp])[] = [
  ['RERANK', /rerank/],
  ['EMBEDDING', /embed|\bbge|\bbce|\be5\b|\bgte-|voyage/],
  ['MODERATION', /moderation|guard|shieldgemma|content-safety/],
  ['OCR', /\bocr\b|-ocr|olmocr/],
  [
    'TRANSCRIPTION',
    /whisper|transcri|scribe|\basr\b|-asr|speech-to-text|\bstt\b|-stt\b|^(nova-[23]|nova|enhanced|base)(-|$)(?!lite|micro|premier|pro|canvas|reel|sonic|\d+-(lite|pro|sonic|omni))/,
  ],
  ['SPEECH', /\btts|-tts|speech|kokoro|orpheus|sonic|eleven_|\bvoice(?!mail)|^aura-/],
  ['VIDEO_GENERATION', /video|\bveo|\bsora/],
  [
    'IMAGE_GENERATION',
    /image|imagen|nano-banana|flux|diffusion|dall-e|seedream|cogview|kolors|irag|canvas|titan-[gt]|recraft|ideogram/,
  ],
];

/** What a name says that no plain conversation is held with, though it writes text. */
const NO_CHAT =
  /audio|realtime|-live\b|deep-?research|\bresearch|search|computer-use|davinci|babbage|turbo-instruct|-base$|\bapply\b|-apply|\bautocomplete|\bfim\b|\brouter\b/;

/** Names of models for spoken conversations, which neither read a text aloud nor write a recording down. */
const LIVE = /realtime|-live\b|sonic|voice-(?:think|agent)|grok-voice|native-audio/;

type Named = Pick<Offering, 'providerModelId'>;

/** What an offering is for as far as its name says. `operation` undefined: completions, as most are. */
type NameHint = { readonly operation: Capability | undefined; readonly isForChat: boolean };

const hints = new WeakMap<Named, NameHint>();

const hintOf = (offering: Named): NameHint => {
  const known = hints.get(offering);
  if (known !== undefined) return known;
  const name = offering.providerModelId.toLowerCase();
  const operation = NAMED.find(([, pattern]) => pattern.test(name))?.[0];
  const hint = { operation, isForChat: operation === undefined && !NO_CHAT.test(name) };
  hints.set(offering, hint);
  return hint;
};

/** Whether a conversation in text can be held with it, as far as its name says. */
export const writesText = (offering: Named): boolean => hintOf(offering).isForChat;

const READS_ONLY: ReadonlySet<Capability> = new Set(['EMBEDDING', 'RERANK']);

/** Whether its answers have no tokens, as far as its name and the sources say. */
export const readsOnly = (offering: Pick<Offering, 'providerModelId' | 'capabilities'>): boolean => {
  const { operation } = hintOf(offering);
  if (operation !== undefined) return READS_ONLY.has(operation);
  const { capabilities } = offering;
  return !capabilities.includes('COMPLETION') && capabilities.some((each) => READS_ONLY.has(each));
};

/** What reads, judges or draws, and writes no text unless a source says so. */
export const WRITES_NO_TEXT: ReadonlySet<Capability> = new Set([
  'EMBEDDING',
  'RERANK',
  'MODERATION',
  'OCR',
  'TRANSCRIPTION',
  'IMAGE_GENERATION',
  'VIDEO_GENERATION',
  'SPEECH',
]);

/**
 * What an offering is for in place of an operation; undefined if it does that operation. What sources state counts
 * first, then its name, for most price lists state neither capabilities nor modalities.
 */
export const otherOperation = (
  offering: Pick<Offering, 'providerModelId' | 'capabilities' | 'lacks' | 'outputModalities'>,
  operation: Capability,
  provider?: Pick<ProviderInfo, 'completes'>,
): string | undefined => {
  const { capabilities, lacks, outputModalities = [] } = offering;
  const { operation: named, isForChat } = hintOf(offering);
  if (lacks.includes(operation)) return named ?? 'another use';
  if (operation !== 'COMPLETION') {
    const isSpoken = operation === 'SPEECH' || operation === 'TRANSCRIPTION';
    if (isSpoken && LIVE.test(offering.providerModelId.toLowerCase())) return 'live conversations';
    if (capabilities.includes(operation) || named === operation) return undefined;
    return named ?? capabilities[0] ?? 'COMPLETION';
  }
  if (outputModalities.length > 0 && !outputModalities.includes('TEXT')) return outputModalities.join(', ');
  // Lists call anything a completion that is asked through that endpoint: a name that says otherwise is believed.
  if (named !== undefined) return named;
  if (!isForChat) return 'another use than conversation';
  if (capabilities.includes('COMPLETION')) return undefined;
  if (provider?.completes === false) return 'other operations';
  return capabilities.find((capability) => WRITES_NO_TEXT.has(capability));
};

/** What an offering is for above all: completions where it answers any, else the first operation that it does. */
export const mainOperation = (
  offering: Parameters<typeof otherOperation>[0],
  provider?: Pick<ProviderInfo, 'completes'>,
): Operation =>
  OPERATIONS.find(
    (operation) => operation !== 'TOKEN_COUNT' && otherOperation(offering, operation, provider) === undefined,
  ) ?? 'COMPLETION';
