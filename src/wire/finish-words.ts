import type { FinishReason } from '../domain/content-event.ts';
import type { FailureCode } from '../domain/failure.ts';

/**
 * What a server's word for the end of an answer means: why the model stopped, or that the answer broke off, so that
 * nothing was finished.
 */
export type End =
  | { readonly kind: 'FINISHED'; readonly reason: FinishReason }
  | { readonly kind: 'BROKEN'; readonly code: FailureCode; readonly problem: string };

const finished = (reason: FinishReason): End => ({ kind: 'FINISHED', reason });
const broken = (code: FailureCode, problem: string): End => ({ kind: 'BROKEN', code, problem });

const FAILED = broken('SERVER_ERROR', 'The answer ended in an error.');
const NETWORK = broken('SERVER_ERROR', "The provider's own connection broke.");
const ABORTED = broken('TRUNCATED', 'The answer was aborted.');
const LATE = broken('TIMEOUT', 'The answer took too long.');
const OVERLOADED = broken('OVERLOADED', 'There was no capacity left for the answer.');
const CALL = broken('SERVER_ERROR', 'The model wrote a function call that cannot be read.');

/**
 * The words of all servers, in lower case without separators: relays give those of whoever is behind them, in whatever
 * dialect. A word that is not listed is never taken for STOP, see `endIn`.
 */
const ENDS = new Map<string, End>(
  (
    [
      [
        finished('STOP'),
        // OpenAI, Anthropic, Gemini, Cohere, TGI, Together, LM Studio, Ollama
        'stop endturn stopsequence eos eostoken eosfound complete completed finished finish stopstringfound stopsequencefound stopsequencereached stoptoken done end normal endoftext imend eotid s',
      ],
      [
        finished('LENGTH'),
        'length maxtokens modellength maxlength maxoutputtokens maxcompletiontokens maxnewtokens maxcontextlength contextlength contextlengthexceeded contextlengthreached contextlimit contextwindowexceeded modelcontextwindowexceeded maxpredictedtokensreached tokenlimit errorlimit maxtokensreached lengthlimit outputlimit maxprompttokens maxtoken maxtokensexceeded maxlengthreached maxoutputreached tokenlimitreached lengthexceeded lengthcapped contextfull contextoverflow',
      ],
      [finished('TOOL_CALLS'), 'toolcalls tooluse functioncall toolcall functioncalls'],
      [
        finished('CONTENT_FILTER'),
        'contentfilter contentfiltered contentfiltering sensitive safety recitation language blocklist prohibitedcontent spii imagesafety imageprohibitedcontent imagerecitation modelarmor guardrailintervened guardrail errortoxic contentpolicy contentpolicyviolation contentblocked moderation moderated risk riskcontrol blocked filtered safetyfilter sensitivecontent harmful policyviolation jailbreak',
      ],
      [finished('REFUSAL'), 'refusal refused'],
      [finished('PAUSED'), 'pauseturn compaction'],
      [
        finished('UNKNOWN'),
        // Gemini: for a reason that it does not tell.
        'other unknown unspecified finishreasonunspecified imageother noimage',
      ],
      [
        FAILED,
        'error failed failure servererror internalerror internalservererror modelerror engineerror upstreamerror providererror',
      ],
      [NETWORK, 'networkerror connectionerror connectionreset disconnected'],
      [
        ABORTED,
        'abort aborted cancel cancelled canceled usercancel userstopped interrupted modelunloaded terminated preempted preempt preemption evicted dropped shutdown servershutdown',
      ],
      [LATE, 'timeout timedout maxtime errortimeout deadlineexceeded'],
      // DeepSeek
      [
        OVERLOADED,
        'serveroverload insufficientsystemresource overloaded overload capacityexceeded serverbusy outofmemory oom',
      ],
      [
        broken('RATE_LIMITED', 'A limit on the rate ended the answer.'),
        'ratelimit ratelimited ratelimitexceeded',
      ],
      [
        broken('QUOTA_EXHAUSTED', 'The quota was used up within the answer.'),
        'quota quotaexceeded budgetexceeded insufficientquota insufficientbalance',
      ],
      [CALL, 'malformedfunctioncall malformedtooluse malformedtoolcall'],
      [
        broken('SERVER_ERROR', 'The model wrote an answer that cannot be read.'),
        'malformedresponse malformedmodeloutput',
      ],
      [broken('SERVER_ERROR', 'The model called a tool although none was offered.'), 'unexpectedtoolcall'],
      [broken('SERVER_ERROR', 'The model called too many tools in a row.'), 'toomanytoolcalls'],
      [broken('SERVER_ERROR', 'The model repeated itself.'), 'repetition repetitiontruncation'],
      [
        broken('INVALID_REQUEST', 'The conversation lacks the signature of a thought.'),
        'missingthoughtsignature',
      ],
    ] as const
  ).flatMap(([end, words]) => words.split(' ').map((word) => [word, end] as const)),
);

/** Words that nobody lists, in which something goes wrong all the same. */
const ERROR =
  /error|fail|abort|cancel|interrupt|exception|crash|disconnect|terminat|killed|broken|malformed|unavailable|network|reset|lost|exhaust|insufficient|panic|died|evict|overload|shutdown|outofmemory|corrupt|fatal|(?<!de)fault/;
const TIME = /timeout|timedout|deadline/;

/**
 * What a word for an end means. Unknown ones that speak of an error are one. Others finish the answer, for its server says
 * that it is whole, with the reason UNKNOWN and the word itself beside it: new words come each year, and to fail on them would
 * throw away answers that are paid for.
 */
export const endIn = (raw: string): End => {
  const word = raw.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  const known = ENDS.get(word);
  if (known !== undefined) return known;
  if (TIME.test(word)) return LATE;
  return ERROR.test(word) ? FAILED : finished('UNKNOWN');
};

/** Python's and JSON's nothing, written as a text: the answer goes on. */
export const isNoEnd = (raw: string): boolean => raw === 'null' || raw === 'None';
