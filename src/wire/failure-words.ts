import type { FailureCode } from '../domain/failure.ts';

/**
 * Words by which providers, servers and relays say what went wrong, each with what it means. Names are codes, types and
 * status words in lower case without separators, so that all spellings are one. Messages are for people; only the ones
 * that say what is wrong without doubt stand here.
 */

export const FILTER_NAMES =
  /contentfilter|contentpolicy|moderation|responsibleaipolicy|contentblocked|(cyber|bio)policy|safetyviolation|datainspection|sensitivecontent|sensitivewords?detected|safetycheck|promptblocked|contentviolation/;
export const FILTER_MESSAGE =
  /flagged as potentially violating|violat\w+ (our |the |your )?((usage|content|safety|community) )?(polic|guideline)|(blocked|flagged|rejected|refused|filtered) (by|as) (the |our |a )?(\w+ )?(content|moderation|safety|filter|polic)|违反[^。]{0,12}(规范|规定|政策|准则|协议)|content filtering policy|(may|might) contain (inappropriate|sensitive|unsafe) (content|information)|rejected (as a result of|by) (our|the) safety system|considered high risk|敏感(内容|信息|词)|违规|内容(安全|审核|风险)|不安全(的)?(或|内容)|不合规|不当(内容|信息)|风控|違規|敏感內容|(触发|被|未通过)[^。]{0,8}安全(策略|审核|过滤|规则|检测)|(违禁|违法|非法)(内容|信息|词)|涉政|涉黄|涉暴|(内容|输入|文本|提示词?)[^。]{0,10}(未|没有|不|未能)通过[^。]{0,6}(审核|检测|审查)/i;

/** The model wrote something that the server could not take as a tool call or as JSON: another try may do better. */
export const MODEL_FAULT_NAMES = /toolusefailed|jsonvalidatefailed/;

export const QUOTA_NAMES =
  /insufficient(user|token|account)?(quota|balance|credits?|funds)|exceededcurrentquota|quota(exceeded|exhausted|failed|notenough)|servicequotaexceeded|creditbalance|creditsexhausted|spendlimit|spendinglimit|billing|paymentrequired|arrear|overdue|packexhausted|freetieronly|usagelimitreached|(^| )(subscription)?blocked/;
export const QUOTA_MESSAGE =
  /insufficient (account |user |token )?(balance|credits?|quota|funds)|exceeded your current quota|exceeded (the |your )?(monthly|weekly|current) (quota|limit|budget)|credit balance|specified API usage limits|out of call volume quota|used all (available |of your )?(the )?(monthly |included )?credits|out of credits|no (credits|balance) (left|remaining)|requires? more credits|free (tier|quota)[^.]{0,60}(exhausted|used up)|((daily|weekly|monthly) )(usage |spending |token )?(limit|quota)[^.]{0,20}(reached|exceeded|exhausted|used up)|\busage limit (is |has been )?reached|exceeded (your |the )?quota for th|quota (is )?not enough|spend(ing)? (limit|cap)|(balance|quota|credits?) (is|are|has been|have been) (depleted|exhausted|used up|not enough|too low|insufficient)|pre-?consume[a-z]* (token )?quota failed|(余额|额度|配额|流量包|资源包|套餐)(已)?(不足|用尽|用完|耗尽|使用完|到期|已用完|已用尽|已耗尽)|(不足|已用尽)[^。]{0,10}(充值|续费)|欠费|额度失败|使用上限|用量(已)?(达到?|超过|超出)[^。]{0,4}(上限|限制|限额)|停服[^。]{0,10}充值|(餘額|額度|配額)(已)?(不足|用完|用盡)/i;

export const CONTEXT_NAMES =
  /contextlength|contextwindow|contextexceeded|exceedcontextsize|contextlimit|promptto+long|inputto+long|promptto+large|tokenslimitreached|maxprompttokens|oversizedtext|requesttoolarge|payloadtoolarge|entitytoolarge/;
/** What no other complaint says. Spelt as servers spell it, in their own order of words. */
export const CONTEXT_MESSAGE = new RegExp(
  [
    // OpenAI, Azure, vLLM, DeepSeek, OpenRouter, Mistral, Fireworks, Together, Groq, Cerebras
    'max(imum)? (model )?(context|prompt|sequence) ?(length|window|size)?\\b',
    'context[ _-]?(length|window|size|limit)',
    'reduce the (length|size|number) of (the |your )?(\\w+ )?(messages|prompt|inputs?|tokens)',
    'configured limit of \\d+ tokens',
    // Anthropic, Bedrock, Qianfan, Ollama
    '\\b(prompts?|inputs?)( (tokens?|text|length))?( is| are|:)? too (long|large)(?! to process the image)',
    'prompt (too long|tokens? too long)|too many (total )?(input |prompt )?tokens|too many total text bytes',
    'expected maxlength: ?\\d+',
    // Gemini, Vertex, Copilot
    'exceeds? the maximum number of tokens|size limit exceeded',
    '(input|prompt) token count[^.]{0,80}(exceeds?|only supports?|greater|larger|cannot be)',
    'payload size exceeds',
    // xAI
    'maximum prompt length',
    // DashScope, Volcengine, Hunyuan
    'range of input length',
    '(max|maximum|limit of) input characters|input characters? limit',
    'tokens? length[^.]{0,20}must be (<=|at most|less)',
    'total (message )?tokens?( length)?[^.]{0,40}exceeds? ',
    // Kimi, Zhipu
    'exceeded model token limit|prompt exceeds? max(imum)? length',
    // TGI, Together, SiliconFlow
    '`?inputs`? (tokens \\+ `?max_new_tokens`? )?must (be <=|have less than)',
    'max_seq_len|max_total_tokens|max_model_len|max_input_(tokens|length)',
    // SGLang, vLLM
    'longer than the (model.s |maximum )',
    '(input|prompt) length[^.]{0,40}exceeds?',
    'exceeds? (the )?max(imum)?( allowed)? (input|prompt|token|model)[ _-]?(length|limit|count|tokens)',
    // Cohere, Cloudflare, Databricks, LiteLLM
    'tokens in the prompt (cannot|must not|can ?not) exceed',
    'input tokens? (exceeds?|cannot exceed)',
    'exceeds? (the )?(model )?max(imum)? (model )?len\\b|context overflow|\\bn_ctx\\b[^.]{0,30}exceed|longueur maximale du contexte|longitud m[áa]xima de(l)? contexto',
    'contextwindowexceeded',
    // llama.cpp, LM Studio
    'input is too large to process|tokens to keep from the initial prompt|keep the first \\d+ tokens when context',
    // GitHub Models
    'request body too large[^.]{0,60}tokens|max size: \\d+ tokens',
    // Chinese
    '(上下文|输入|提示词?|prompt|消息|请求(长度|内容|体)|文本|对话|会话|历史(记录|消息)?|(?<!max_)tokens?)[^。，,]{0,20}(超过|超出|超长|过长|太长|超限)',
    '(?<!max_tokens ?(的值)?)(超过|超出|超)[^。，,]{0,20}(上下文|最大长度|长度限制|最大输入|token 数|tokens? ?(数|限制|上限))',
    '内容(过长|太长|超长)|內容過長',
    '(上下文|輸入|提示|訊息)[^。，,]{0,20}(超過|超出|過長)',
    // Japanese
    '(トークン|コンテキスト|入力|プロンプト)[^。、]{0,20}(超え|超過|長すぎ)',
  ].join('|'),
  'i',
);
/** A length that is complained of, whatever the words. */
export const LONG_MESSAGE =
  /\b(context|prompts?|inputs?|messages?|conversation|tokens?|sequence|request|text|content)\b.{0,80}(\bexceed|too (long|large|big|many)|(longer|larger|greater) than(?! (0|zero|or equal))|(over|above) (the (limit|maximum)|(the )?\d{3,})|surpass|supports (only )?\d{3,}|limited to|no more than|(less|fewer) than|only supports up to|cannot be more|too high)|\b(maximum|max|limit)( of| is)? \d+ (input |prompt )?tokens|\btokens,? (but|while|and) the (maximum|limit) is|\b(exceed\w*|too (long|large|big|many)|over the (limit|maximum))\b.{0,60}\b(context|prompts?|inputs?|tokens?|sequence)\b/i;
/** What such a complaint may be of besides: one parameter, one picture, one definition. */
export const OTHER_LENGTH =
  /\b(images?|files?|audio|videos?|pdf|documents?|pages?|pixels?|dimensions?|tools?|functions?|stop(_sequences?| sequences?| words)?|metadata|names?|ids?|descriptions?|tool_calls?|schema|temperature|top_[pk]|logprobs?|labels?|batch|(output|completion|answer|response|thinking|budget|max) tokens|max_(completion_|output_|new_)?tokens|budget_tokens|thinking|reasoning|budget|mb|kb|bytes)\b/i;
/** OpenAI names the member whose text is too long: of the conversation only these. */
export const STRING_TOO_LONG = /stringabovemaxlength/;
export const LONG_MEMBER =
  /'(?:[\w.[\]]*\.)?(?:content|input|prompt|instructions|text|output)(?:\[\d+\])*': string too long/i;
/** Worth another candidate, whose limits are others. */
export const LIMIT_MESSAGE =
  /\b(tokens|token (count|limit|length)|length|too (long|large|big|many)|exceed\w*)\b|长度|超长|过长|超过|超出|長度|過長/i;

export const OVERLOADED_NAMES =
  /serverisoverloaded|overloaded|capacityexceeded|nocapacity|serviceunavailable|serverbusy|resourceunavailable|modelloading|servicebusy/;
export const OVERLOADED_MESSAGE =
  /\boverload(ed)?\b|\bat capacity\b|\b(high|heavy) (load|demand|traffic)\b|temporarily unavailable|\b(model|server|service|engine|system)s? (is|are) (currently |temporarily |too )?busy|负载(已)?(饱和|过高)|(服务|服务器|系统|模型|引擎)(当前|暂时|目前)?(繁忙|过载|忙)|访问量过大|算力(不足|紧张)|資源不足|系統繁忙|伺服器繁忙|(服务|模型|系统)(当前|暂时|目前)?(不可用|无法使用)|(使用|访问|排队)(的)?人数(过|太)多|压力(过|太)大/i;

export const RATE_NAMES = /ratelimit|slowdown|toomanyrequests|resourceexhausted|throttl|limitrequests/;
export const RATE_MESSAGE =
  /\b(tokens?|requests?) (per|a) (second|minute|min|hour|day)\b|\b[tr]p[md]\b|每(分钟|秒)|\brate[- ]limit(ed|s)?\b|too many requests|requests? too frequent|(请求|访问|调用|操作|发送)(的)?(过于|太|过)(频繁|多|快)|(请求|访问|调用)(数|次数|量|频次)(限制|超限|超过|已达)|频率(限制|过高|超)|并发(数)?(过高|超|已达)|限流|速率限制|請求過於頻繁|請求過多/i;

export const MODEL_NAMES =
  /modelnotfound|deploymentnotfound|modelnotavailable|invalidmodel$|invalidmodel |unknownmodel|modeldecommissioned|modelnotexist|modelnotsupport/;
export const MODEL_MESSAGE =
  /\bmodels?\b.{0,120}(does not exist|not found|is not available|not exist)|\bmodel ["'`][^"'`]{1,120}["'`] is not supported|is not a valid model|unknown model|invalid model/i;
/** So do relays, under any status. */
export const NO_CHANNEL_MESSAGE =
  /模型[^。]{0,60}(不存在|未找到|不可用|未开通|已下线)|无可用渠道|no available channels?|no endpoints found/i;

export const AUTHENTICATION_NAMES = /invalidapikey|authentication|unauthenticated|unauthorized|invalidtoken$/;
export const AUTHENTICATION_MESSAGE =
  /(invalid|incorrect|expired|missing) (api[- ]?key|access token|credentials?)|api[- ]?key (is )?(not valid|invalid|expired|incorrect)|(无效的?|失效的?|错误的?)(令牌|密钥|api ?key)|(令牌|密钥|api ?key)(已)?(无效|过期|失效|错误|不正确)|身份验证失败|鉴权失败|認證失敗/i;

/** Codes of errors inside an answer that blame the request; they come without a status. */
export const INVALID_NAMES =
  /invalidrequest|invalidprompt|invalidparam|badrequest|validation|image(?!generation)/;

/**
 * Numbers of four digits that some use in place of names: Zhipu and Z.ai (https://docs.bigmodel.cn/cn/faq/api-code,
 * 2026-11), Mistral.
 */
export const NUMBERS: { readonly [number: string]: FailureCode } = {
  1000: 'AUTHENTICATION',
  1001: 'AUTHENTICATION',
  1002: 'AUTHENTICATION',
  1003: 'AUTHENTICATION',
  1004: 'AUTHENTICATION',
  1110: 'AUTHENTICATION',
  1111: 'AUTHENTICATION',
  1112: 'PERMISSION',
  1113: 'QUOTA_EXHAUSTED',
  1211: 'MODEL_NOT_FOUND',
  1220: 'PERMISSION',
  1230: 'SERVER_ERROR',
  1234: 'SERVER_ERROR',
  1261: 'CONTEXT_LENGTH_EXCEEDED',
  1300: 'PERMISSION',
  1301: 'CONTENT_FILTERED',
  1302: 'RATE_LIMITED',
  1303: 'RATE_LIMITED',
  1304: 'QUOTA_EXHAUSTED',
  1305: 'OVERLOADED',
  1308: 'QUOTA_EXHAUSTED',
  1309: 'QUOTA_EXHAUSTED',
  1310: 'QUOTA_EXHAUSTED',
  1311: 'PERMISSION',
  1312: 'OVERLOADED',
  1313: 'RATE_LIMITED',
  1500: 'MODEL_NOT_FOUND',
  3051: 'CONTEXT_LENGTH_EXCEEDED',
  3505: 'OVERLOADED',
};
