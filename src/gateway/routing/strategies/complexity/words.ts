/**
 * Words that say what kind of work a prompt asks for, in the languages that most prompts are written in. Lists of plain
 * words in lower case; two words stand for the pair. Chinese is given by pairs of characters, as it has no spaces.
 */
const REASONING = `prove proof proves disprove derive derivation deduce design designing architect architecture debug
diagnose compare contrast optimise optimize optimisation optimization why analyse analyze analysis evaluate assess
justify critique argue investigate reason reasoning implement refactor plan strategy strategies tradeoff tradeoffs
trade|off trade|offs step|by root|cause edge|cases edge|case worst|case determine infer prioritise prioritize propose
recommend solve simulate reconcile implications counterexample rigorous rigorously synthesise synthesize estimate
demuestra diseña compara analiza evalúa optimiza démontre démontrer conçois concevoir compare analyse pourquoi évalue
beweise entwirf vergleiche analysiere warum optimiere begründe demonstre projete analise
докажи докажите спроектируй сравни проанализируй почему
証明 設計 分析 理由 比較 최적 증명 설계
证明 推导 设计 分析 比较 优化 调试 为何 为什 权衡 论证 评估 推理 排查 实现 重构 方案 反例 诊断 原因 策略`;

const SIMPLE = `translate translation summarise summarize summary extract classify rewrite rephrase list convert
format reformat correct spell spelling grammar proofread shorten tldr capital define synonym synonyms antonym rename
label tag sort alphabetically copy repeat count greeting thank title headline caption hashtag subject|line what|is
who|is who|wrote when|did when|was how|do fix|the paraphrase polite politer bullet points uppercase lowercase sentiment
reply remind invite date name give|me fill replace remove
traduce traduzca resume corrige extrae lista traduis traduire résume corrige extrais liste übersetze fasse korrigiere
zusammen nenne traduza resuma liste переведи переведите перескажи исправь кратко
翻訳 要約 번역 요약
翻译 总结 摘要 提取 分类 改写 列出 润色 纠正 改成 转换 概括 缩写 首都 标题 格式 归纳 写一 回复 情感 拼写`;

const CONSTRAINTS = `must without unless exactly only never assume assuming given constraint constraints require
required requires requirement requirements satisfy subject|to at|least at|most no|more cannot except while within
guarantee guarantees preserve tolerate under if both each every between including
必须 不能 至少 至多 最多 要求 只能 约束 假设 满足 保证 同时 不超 限制 支持`;

const TECHNICAL = `algorithm algorithms theorem lemma polynomial polynomials integral derivative matrix eigenvalue
eigenvalues probability bayesian stochastic variance regression equilibrium converge converges convergence irrational prime
primes graph concurrency concurrent deadlock race|condition mutex lock|free distributed consensus raft consistency
consistent latency throughput cache caching shard sharding partition replication transaction transactions isolation
idempotent idempotency scalability scalable kernel compiler memory|leak thread threads async kubernetes microservices
migration schema query|plan index indexes complexity invariant recursion recursive dynamic|programming optimal bound
bounds hypothesis causal confounding elasticity valuation portfolio hedging liability jurisdiction regulatory incentives
differential diagnosis pharmacokinetics thermodynamics quantum entropy tensor gradient attention transformer encryption
protocol vulnerability threat exploit rollback failover sql rust typescript
算法 定理 并发 分布 架构 复杂 概率 方程 矩阵 积分 导数 死锁 一致 缓存 事务 索引 分片 延迟 吞吐 收敛 数列 函数 递归
模型 幂等 高可 可用 博弈 均衡 因果 内存 线程 协议`;

export const REASONS = 1;
export const SIMPLE_WORK = 2;
export const CONSTRAINS = 4;
export const TECHNICAL_WORD = 8;

const OFFSET = 0x811c9dc5 | 0;
const PRIME = 0x01000193;

export const EMPTY_WORD = OFFSET;
/** FNV-1a of a word so far and its next letter: looking words up by it makes no text of each. */
export const withLetter = (word: number, letter: number): number => Math.imul(word ^ letter, PRIME);
export const pairOf = (first: number, second: number): number => Math.imul(first, 31) ^ second;

export const wordOf = (text: string): number => {
  let word = OFFSET;
  for (let index = 0; index < text.length; index++) word = withLetter(word, text.charCodeAt(index));
  return word;
};

/** An open table of keys and what they tell, far larger than what it holds: most look-ups end at the first place. */
const SLOTS = 4_096;
const keys = new Int32Array(SLOTS);
const told = new Uint8Array(SLOTS);

const slotOf = (key: number): number => {
  let slot = (key ^ (key >>> 15)) & (SLOTS - 1);
  while (told[slot] !== 0 && keys[slot] !== key) slot = (slot + 1) & (SLOTS - 1);
  return slot;
};

for (const [mark, words] of [
  [REASONS, REASONING],
  [SIMPLE_WORK, SIMPLE],
  [CONSTRAINS, CONSTRAINTS],
  [TECHNICAL_WORD, TECHNICAL],
] as const)
  for (const entry of words.split(/\s+/)) {
    const [first = '', second] = entry.split('|');
    const key = second === undefined ? wordOf(first) : pairOf(wordOf(first), wordOf(second));
    const slot = slotOf(key);
    keys[slot] = key;
    told[slot] = (told[slot] ?? 0) | mark;
  }

/** What a word, a pair of words or a pair of Chinese characters tells; 0: nothing. */
export const marksOf = (key: number): number => told[slotOf(key)] ?? 0;
