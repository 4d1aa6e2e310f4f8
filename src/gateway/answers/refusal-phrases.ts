/**
 * How models begin to decline, in twelve languages. Few and plain: an answer that is wrongly taken for a refusal costs a call to
 * the next tier, and one that is missed is what it would be without the check.
 */
const PHRASES: readonly RegExp[] = [
  // English
  /^(?:(?:i'?m|i am) (?:so |very )?sorry|sorry|(?:my )?apologies|i apologi[sz]e|unfortunately)[,.:;!]? (?:but |that )?(?:i|as an ai|this|we)\b.{0,40}\b(?:can'?t|cannot|can not|unable|not able|won'?t|not allowed|not permitted|don'?t)\b/,
  /^(?:i|we) (?:can'?t|cannot|can not|won'?t|will not|am unable to|am not able to|'?m unable to|'?m not able to|must decline|have to decline) (?:to )?(?:help|assist|comply|provide|answer|do|fulfil|engage|continue|create|generate|discuss|share|support|with)/,
  /^(?:i'm|i am) (?:unable|not able|not allowed) to\b/,
  /^as an? (?:ai|artificial|large language|language model)\b.{0,80}\b(?:can'?t|cannot|unable|not able|don'?t)\b/,
  // German
  /^(?:es tut mir (?:sehr )?leid|tut mir leid|entschuldigung|leider)\b.{0,40}\b(?:kann|darf|möchte) ich\b/,
  /^(?:dabei|damit|das) kann ich (?:dir |ihnen |leider )*nicht\b/,
  // French
  /^(?:je suis (?:vraiment )?désolée?|désolée?|je m'excuse|malheureusement)\b.{0,40}\bje ne (?:peux|suis)\b/,
  /^je ne peux pas (?:vous |t'|te )?(?:aider|répondre|fournir|faire)/,
  // Spanish
  /^(?:lo siento|lo lamento|perdón|desafortunadamente|lamentablemente)\b.{0,40}\bno puedo\b/,
  /^no puedo (?:ayudar|responder|proporcionar|hacer)/,
  // Portuguese
  /^(?:sinto muito|desculpe|lamento|infelizmente)\b.{0,40}\bnão posso\b/,
  /^não posso (?:ajudar|responder|fornecer|fazer)/,
  // Italian
  /^(?:mi dispiace|spiacente|purtroppo)\b.{0,40}\bnon (?:posso|sono in grado)\b/,
  // Dutch
  /^(?:het spijt me|sorry|helaas)\b.{0,40}\bkan ik\b.{0,40}\bniet\b/,
  // Polish
  /^(?:przepraszam|przykro mi|niestety)\b.{0,40}\bnie mogę\b/,
  // Russian
  /^(?:извините|простите|к сожалению|прошу прощения|мне жаль)[,.]?.{0,40}не могу/,
  // Chinese
  /^(?:很?抱歉|对不起|對不起|不好意思)[,，。]?.{0,20}(?:无法|不能|無法|不可以)/,
  /^(?:我|作为(?:一个)?(?:ai|人工智能)).{0,12}(?:无法|不能|無法)(?:提供|回答|帮助|协助|满足|完成)/,
  // Japanese
  /^(?:申し訳(?:ありません|ございません)|すみません|ごめんなさい).{0,60}(?:できません|できかねます|いたしかねます|お答えできません)/,
  // Korean
  /^(?:죄송(?:합니다|하지만)|미안하지만).{0,60}(?:할 수 없|수 없습니다|드릴 수 없)/,
];

/** A refusal says so at once. */
const MAX_CHARACTERS = 240;

/** Whether a text begins as refusals do. */
export const readsAsRefusal = (text: string): boolean => {
  const beginning = text
    .slice(0, 4 * MAX_CHARACTERS)
    .trimStart()
    .slice(0, MAX_CHARACTERS)
    .normalize('NFC')
    .toLowerCase()
    .replaceAll(/[\u2018\u2019]/g, "'")
    .replaceAll(/\s+/g, ' ');
  return PHRASES.some((phrase) => phrase.test(beginning));
};
