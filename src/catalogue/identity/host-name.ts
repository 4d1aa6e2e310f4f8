import { keepResults } from '../../domain/keep-results.ts';
import { isKnownLab, knownProvider, labOf, labOfFamily } from './labs.ts';
import { sameModel } from './same-models.ts';

/** One spelling of a model's name, and the rules that made it of a provider's id. */
export type SpelledName = { readonly name: string; readonly rules: readonly string[] };

/** A provider's id of a model, taken apart. */
export type ParsedName = {
  /** The lab's word, where the id states an organization or begins with it. */
  readonly lab?: string;
  /** Spellings of the model's name, the least changed first. */
  readonly names: readonly SpelledName[];
};

type Rule = {
  readonly id: string;
  /** Providers whose ids are spelled so; absent: all. */
  readonly at?: readonly string[];
  readonly from: RegExp;
  readonly to: string;
};

/** Parts of ids that are paths of an API, not parts of a name. */
const PATH_RULES: readonly Rule[] = [
  { id: 'account path', from: /^accounts\/[^/]+\/(?:models|routers|deployments)\//, to: '' },
  { id: 'publisher path', from: /^(?:projects\/.*\/)?publishers\/([^/]+)\/models\//, to: '$1/' },
  { id: 'models path', from: /^models\//, to: '' },
  { id: 'Workers AI path', from: /^(?:workers-ai\/)?@(?:cf|hf)\//, to: '' },
  {
    id: 'region prefix',
    from: /^(?:us-gov|us|eu|au|in|ca|jp|apac|global|regional)\.(?=[a-z0-9]+\.)/,
    to: '',
  },
  {
    id: 'vendor prefix',
    from: /^(ai21|amazon|anthropic|cohere|deepseek|google|meta|minimax|mistral|moonshot|moonshotai|nvidia|openai|qwen|stability|twelvelabs|writer|xai|zai)\.(?=[a-z])/,
    to: '$1/',
  },
  { id: 'served by Databricks', at: ['databricks'], from: /^databricks-(?:meta-)?/, to: '' },
  { id: 'current version', from: /@(?:default|latest)$/, to: '' },
  { id: 'managed by Vertex AI', at: ['vertex'], from: /-maas$/, to: '' },
  {
    id: 'revision at Vertex AI',
    at: ['vertex'],
    from: /(?<!^imagegeneration)@00\d$|(?<=@\d{4})-00\d$/,
    to: '',
  },
  { id: 'free variant', from: /[:-]free$/, to: '' },
  // Bedrock numbers revisions of a model's package, behind its date or in place of one.
  { id: 'package version', from: /(-20\d{6})-v\d+(?::\d+)*(?::\w+)?$/, to: '$1' },
  { id: 'package version', from: /-v1:\d+(?::\w+)?$/, to: '' },
  { id: 'package version', at: ['bedrock'], from: /-v1$|-1:0$|(?<!-v\d):0$/, to: '' },
  { id: 'package version', from: /^(amazon\/nova-[a-z0-9-]+?)-v1$/, to: '$1' },
  // Its page is titled "DeepSeek V3": DeepSeek's own alias of that name has moved on since.
  {
    id: "OpenRouter's name of DeepSeek-V3",
    at: ['openrouter'],
    from: /^deepseek\/deepseek-chat$/,
    to: 'deepseek/deepseek-v3',
  },
  { id: "Bedrock's package of DeepSeek-V3.1", at: ['bedrock'], from: /^deepseek\/v3$/, to: 'deepseek/v3.1' },
];

/** How single hosts spell names. What they do to the weights is as they document it. */
const HOST_RULES: readonly Rule[] = [
  {
    id: "Venice's version without a dot",
    at: ['venice'],
    from: /^((?:openai-)?gpt-|minimax-m)(\d)(\d)(?=-|$)/,
    to: '$1$2.$3',
  },
  { id: 'p for a dot', at: ['fireworks'], from: /(?<=\d)p(?=\d)/g, to: '.' },
  { id: "Groq's word for instruct", at: ['groq'], from: /-(?:versatile|instant)$/, to: '-instruct' },
  { id: "Groq's word for instruct", at: ['groq'], from: /(405b)-reasoning$/, to: '$1-instruct' },
  { id: "Groq's vision preview", at: ['groq'], from: /-vision-preview$/, to: '-vision-instruct' },
  { id: "Groq's preview", at: ['groq'], from: /(llama-3\.2-[13]b)-preview$/, to: '$1-instruct' },
  { id: 'context length', at: ['groq'], from: /^(llama3-\d+b|mixtral-8x7b)-\d{4,5}$/, to: '$1-instruct' },
  { id: 'context length', at: ['groq'], from: /^llama2-(\d+b)-\d{4}$/, to: 'llama-2-$1-chat' },
  // Together's Turbo are FP8, its Lite INT4; DeepInfra's Turbo are FP8 or FP4.
  { id: 'quantised by the host', at: ['together'], from: /(instruct)-(?:turbo|lite)(?:-free)?$/i, to: '$1' },
  // Together's `tput` are FP8 for throughput. Whisper's Turbo is another model.
  { id: 'quantised by the host', at: ['together'], from: /-tput$/i, to: '' },
  { id: 'quantised by the host', at: ['deepinfra'], from: /^(?!whisper)(.+)-turbo$/i, to: '$1' },
  { id: 'served faster', at: ['novita'], from: /^(deepseek-(?:r1|v3)(?:-\d{4})?)-turbo$/, to: '$1' },
  { id: 'quantised by the host', at: ['cloudflare', 'cloudflare-ai-gateway'], from: /-fp8-fast$/, to: '' },
  {
    id: 'quantised weights',
    from: /-(?:fp8|fp4|fp16|bf16|nvfp4|mxfp4|int[48]|awq|gptq|w4a16|[48]bit)(?:-dynamic)?$/i,
    to: '',
  },
];

/** Words at the end of a name that mean the same weights served in another way, at another price. */
const VARIANT = /-(?:fast|ultrafast|spot|highspeed|ultraspeed|priority|flex|thinking|specdec|online)$/i;

/** Whether the name is of a variant that is priced apart from the model whose name it begins with. */
export const variantOf = (name: string): string | undefined => VARIANT.exec(name)?.[0].slice(1).toLowerCase();

const isAt = ({ at }: Rule, providerId: string): boolean => at === undefined || at.includes(providerId);

const ORGANIZATION_PREFIX =
  /^(zai-org|zai|z-ai|xiaomi|tencent|moonshotai|deepseek-ai|meta-llama|mistralai|minimaxai|spacexai|x-ai|xai|openai|anthropic|google|nvidia|qwen|alibaba|amazon|cohere|aion-labs|arcee)-(?=[a-z])/i;

/** By provider. */
const parsers = keepResults((providerId) => keepResults((id) => parseName(providerId, id)));

/** As `parseName`, which is not done twice for one id. `providerId`: of the known provider that spells it. */
export const parseHostName = (providerId: string, id: string): ParsedName | undefined =>
  parsers(providerId)(id);

/**
 * Takes a provider's id of a model apart, by the tables above. Undefined where the id is of something else than one model: a
 * pointer that moves, or a mode of an aggregator (`:thinking`, `:extended`).
 */
const parseName = (providerId: string, id: string): ParsedName | undefined => {
  let path = id;
  const rules: string[] = [];
  for (const rule of PATH_RULES) {
    if (!isAt(rule, providerId)) continue;
    const changed = path.replace(rule.from, rule.to);
    if (changed !== path) rules.push(rule.id);
    path = changed;
  }
  if (path.startsWith('~') || (providerId === 'openrouter' && path.includes(':'))) return undefined;
  const parts = path.split('/').filter((part) => part !== '');
  // The organization stands right before the name, unless a lab stands further before: deepseek/deepseek-r1/community.
  const isStated = (part: string | undefined): boolean => part !== undefined && isKnownLab(part);
  const first = parts.findIndex(isStated);
  const isNested = first >= 0 && first < parts.length - 2 && !isStated(parts.at(-2));
  const last = isNested ? parts.slice(first + 1).join('/') : parts.at(-1);
  if (last === undefined) return undefined;
  const organization = isNested ? parts[first] : parts.at(-2);
  const stated = organization === undefined ? undefined : labOf(organization);
  const names: SpelledName[] = [{ name: last, rules }];
  let spelled = last;
  let applied: readonly string[] = rules;
  for (const rule of HOST_RULES) {
    if (!isAt(rule, providerId)) continue;
    const changed = spelled.replace(rule.from, rule.to);
    if (changed === spelled) continue;
    spelled = changed;
    applied = [...applied, rule.id];
    names.push({ name: spelled, rules: applied });
  }
  const prefix = stated === undefined ? ORGANIZATION_PREFIX.exec(spelled)?.[1] : undefined;
  const bare = prefix === undefined ? undefined : spelled.slice(prefix.length + 1);
  const isPrefix =
    prefix !== undefined && bare !== undefined && labOf(prefix) === labOfFamily(bare) && isKnownLab(prefix);
  if (isPrefix) names.push({ name: bare, rules: [...applied, 'organization before the name'] });
  const lab = stated ?? (isPrefix ? labOf(prefix) : undefined);
  const family = lab ?? labOfFamily(bare ?? spelled) ?? knownProvider(providerId)?.lab;
  // What the table says goes before the id's own words, which may be a model's by another list.
  const same = family === undefined ? undefined : sameModel(family, bare ?? spelled);
  if (same !== undefined)
    names.splice(0, names.length, { name: same, rules: [...applied, 'table of equal names'] });
  const prefixed = knownProvider(providerId)?.prefix;
  if (prefixed !== undefined && !spelled.startsWith(prefixed))
    names.push({ name: `${prefixed}${spelled}`, rules: [...applied, "plan's short name"] });
  return { ...(lab !== undefined && { lab }), names };
};
