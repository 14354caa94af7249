/**
 * The words of instructions to a model, by what they are for. Lower case, without accents (the text is folded alike); two
 * characters where a script has no spaces.
 */
export const CLASSES = {
  ignore: `ignore ignoring disregard disregarding forget override overriding bypass neglect
    ignoriere ignorieren ignorier vergiss vergessen missachte ubergehe ignora ignorar ignoren olvida olvide olvidate descarta ignorez ignorer oublie oubliez oublier
    dimentica esqueca desconsidere игнорируи игнорируите игнорировать забудь забудьте проигнорируи 忽略 忽视 无视 無視 忘记 忘掉 忘れ`,
  prior: `previous previously prior above earlier preceding all any every your former foregoing original existing other
    vorherigen vorherige vorigen bisherigen obigen alle allen deine deinen ihre anteriores anterior previas previos todas todos precedentes precedente toutes tous tes vos
    precedenti tutte предыдущие предыдущих все всех прежние прошлые вышеуказанные 之前 以上 所有 前面 先前 上述 之前の 全て すべ`,
  instructions: `instructions instruction directives directive prompt prompts guidelines guideline rules commands orders programming safeguards restrictions policies constraints
    anweisungen anweisung regeln befehle vorgaben richtlinien instrucciones ordenes reglas indicaciones directrices consignes directives regles istruzioni regole instrucoes regras
    инструкции инструкции инструкциям указания указании правила правил команды 指令 指示 提示 规则 要求 命令 說明`,
  everything: "everything anything alles todo tout все всё 一切",
  told: "told said learned given wrote instructed gesagt dicho dit above before сказали",
  not: "not never dont without don avoid nicht niemals ohne no nunca sin ne n pas jamais не никогда 不要 不得 别告 勿向",
  tell: `tell telling inform informing mention mentioning notify notifying alert alerting disclose disclosing warn warning report
    sage sag erwahne informiere verrate digas diga menciones informes dis dites mentionne mentionnez informe informez говори говорите сообщаи сообщаите упоминаи упоминаите 告诉 告知 通知 提及 知らせ`,
  user: `user users human humans operator owner customer
    nutzer benutzer anwender nutzerin usuario usuarios utilisateur utilisatrice utente usuaria пользователю пользователя пользователь 用户 使用 主人 ユー`,
  you: "you du sie usted tu vous ты вы 你是 你现 您是",
  are: "are bist sind eres es etes твоя теперь 现在",
  now: "now nun jetzt ab ahora maintenant desormais теперь 现在 今は",
  role: `unrestricted uncensored jailbroken dan evil hacker unfiltered assistant ai bot chatbot agent model persona character developer
    assistent assistente asistente ассистент бот 助手 机器 模型`,
  act: "act pretend roleplay simulate behave verhalte actua agis веди",
  from: "from",
  on: "on",
  obey: "must will shall obey follow following only",
  reveal: `reveal print show output repeat display leak disclose dump recite expose summarize translate
    zeige gib verrate muestra revela imprime affiche revele montre покажи выведи раскрои 显示 输出 泄露 重复 打印 告诉`,
  system: "system initial hidden secret internal original systemprompt inicial sistema systeme interne систем системныи 系统",
  prompt: "prompt prompts instructions instruction message messages anweisungen instrucciones consignes промпт инструкции 提示 指令 消息",
  received: "you received got given saw were above previous earlier recibiste recu erhalten",
  sham: `demo demonstration example fake outdated placeholder obsolete expired sample simulation invalid void superseded deprecated mistake error
    test testing prueba veraltet ungultig демо тест 演示 测试 无效`,
  was: "was is were are war ist era es etait est был была 是为 只是 仅用",
  machine: "ai llm llms chatbot gpt chatgpt claude gemini copilot ki ia ии",
  helper: "assistant agent agents model models bot assistent asistente ассистент 助手",
  attention:
    "attention note notice message important hey dear hello instructions instruction directive achtung hinweis atencion внимание 注意",
  if: "if wenn falls si если 如果",
  a: "a an the any language large ein eine un una une",
  please: "please must should need required immediately now shall bitte por veuillez пожалуиста 请将 请把 必须",
  action: `send forward email mail transfer delete call execute run post upload click visit fetch download buy wire pay share invite grant reset submit publish copy include append reply
    sende schicke leite losche rufe uberweise fuhre envia envie reenvia borra llama ejecuta transfiere envoie envoyez transferez supprime supprimez appelle executez
    отправь отправьте перешли удали вызови выполни переведи 发送 转发 删除 调用 执行 转账 上传 访问`,
  mode: "mode modus modo режим 模式",
  god: "developer god debug admin root sudo maintenance jailbreak unrestricted dan entwickler desarrollador разработчика 开发",
  active: "enabled activated active on engaged activate enable enter aktiviert activado активирован 已启",
  without: "without no ohne sin sans без 没有 不受",
  limits:
    "restrictions restriction limitations filters censorship guardrails safeguards einschrankungen restricciones restricoes ограничении 限制",
  new: "new updated revised real actual true neue neuen nuevas nouvelles новые 新的",
  override: "override supersede supersedes overrides replaces replace overwrites",
  instead: "instead stattdessen lugar plutot вместо 而是",
} as const;

/** What a word is for. */
export type WordClass = keyof typeof CLASSES;
