import { expect, it } from 'vitest';
import { languageOf } from '../../../../src/gateway/routing/strategies/language.ts';

it.each([
  ['en', 'Could you please tell me how to get to the main station from here?'],
  ['de', 'Bitte fassen Sie den folgenden Text in drei Sätzen zusammen.'],
  ['fr', 'Pourriez-vous me dire comment aller à la gare depuis ici, s’il vous plaît ?'],
  ['es', '¿Podría decirme cómo puedo llegar a la estación desde aquí, por favor?'],
  ['it', 'Potrebbe dirmi come posso arrivare alla stazione da qui, per favore?'],
  ['pt', 'Você poderia me dizer como chegar à estação a partir daqui, por favor?'],
  ['nl', 'Kunt u mij vertellen hoe ik vanaf hier naar het station kan komen?'],
  ['pl', 'Czy może mi pan powiedzieć, jak dojść stąd na dworzec główny?'],
  ['tr', 'Buradan istasyona nasıl gidebileceğimi söyleyebilir misiniz lütfen?'],
  ['vi', 'Bạn có thể cho tôi biết làm thế nào để đến nhà ga từ đây không?'],
  ['zh', '请把下面这段话翻译成英文。'],
  ['zh', '请解释一下 Kubernetes 里的 Deployment 和 StatefulSet 有什么区别?'],
  ['ja', 'この文章を英語に翻訳してください。'],
  ['ja', '東京都の人口は何人ですか'],
  ['ko', '이 문장을 영어로 번역해 주세요.'],
  ['ru', 'Переведите это предложение на английский язык, пожалуйста.'],
  ['ru', 'Привет, мир'],
  ['uk', 'Будь ласка, перекладіть це речення англійською мовою якнайшвидше.'],
  ['fa', 'لطفاً این جمله را به انگلیسی ترجمه کنید و چند مثال بگویید.'],
  ['ar', 'من فضلك ترجم هذه الجملة إلى اللغة الإنجليزية.'],
  ['he', 'בבקשה תרגם את המשפט הזה לאנגלית'],
  ['th', 'กรุณาแปลประโยคนี้เป็นภาษาอังกฤษ'],
  ['hi', 'कृपया इस वाक्य का अंग्रेज़ी में अनुवाद करें।'],
  ['el', 'Παρακαλώ μεταφράστε αυτή την πρόταση στα αγγλικά.'],
])('%s: %s', (language, text) => {
  expect(languageOf(text)).toBe(language);
});

it.each([
  '',
  '   ',
  '42 + 17 = ?',
  'Hi',
  'ok thanks',
  '👍👍👍',
  'x',
  'Guten Morgen, buenos días, bonjour, god morgon, bom dia',
])('does not guess: %j', (text) => {
  expect(languageOf(text)).toBeUndefined();
});

it('is told by the beginning of a long text', () => {
  const german = [
    'Sehr geehrte Frau Sommer, vielen Dank für Ihre Anfrage vom dritten Mai.',
    'Gern bestätigen wir Ihnen die Buchung von zwei Doppelzimmern mit Blick auf den See.',
    'Das Frühstück ist im Preis enthalten, und unser Bus holt Sie auf Wunsch vom Bahnhof ab.',
    'Haustiere sind willkommen; wir berechnen dafür zehn Euro am Tag. Eine Anzahlung ist nicht nötig.',
    'Bis eine Woche vor der Anreise können Sie kostenlos absagen, danach verlangen wir die Hälfte.',
    'Bitte teilen Sie uns Ihre Ankunftszeit mit, damit jemand an der Rezeption auf Sie wartet.',
  ].join(' ');
  expect(languageOf(german + 'Thank you very much for your kind letter. '.repeat(100_000))).toBe('de');
});

it('does not read code', () => {
  const code = 'public User get(long id) { return cache.getOrLoad(id); }\n'.repeat(20);
  expect(languageOf(`下面的代码偶尔返回旧数据,请找出原因。\n\`\`\`java\n${code}\`\`\``)).toBe('zh');
});
