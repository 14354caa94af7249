// made from policies/baseline.yaml by `pnpm docs`; change it there

/** The rules of the baseline, from `defaults` on. */
export const BASELINE: string = `defaults: { read: allow, write: require_approval, side_effect: require_approval, unclassified: require_approval, external: require_approval, credential: require_approval }

detectors:
  sentence: { pattern: '[^\\s-]\\S*[ \\t]+\\S+[ \\t]+\\S+[ \\t]+\\S+', kind: sentence }
  image: { pattern: '!\\[[^\\]\\n]*\\](\\([^)\\n]*\\)|\\[[^\\]\\n]*\\])|<[iI][mM][gG][^>]*>', kind: image }

rules:
  # -- what the session has read -------------------------------------------------------------------------------------
  - id: strangers-words
    when: >-
      tool.trust == "untrusted" && !("team" in tool.labels)
      || "untrusted" in session.labels && !session.steps.exists(s, "untrusted" in s.labels)
    labels: [strangers]
  # A list of names in which somebody writes sentences is no list of names.
  - id: sentences-among-names
    on: result
    detect: [sentence]
    when: '"names" in tool.labels'
    labels: [strangers, orders]
  # Orders to the model in what should be data: nothing but the user's own words counts from here on.
  - id: orders-in-data
    on: result
    detect: [prompt_injection]
    labels: [strangers, orders]

  # -- what leaves ---------------------------------------------------------------------------------------------------
  # Names of a chat's channels and people lead to them, and nowhere else: whoever may name one could name an address.
  - id: named-by-the-user
    effects: [write, side_effect]
    when: >-
      size(destinations) > 0 && destinations.all(d, d == "own records" || from_user(d)
      || from_trusted(d) && ("team" in tool.labels || !("names" in session.labels)))
    decide: allow
  # As long as nothing but the team's chat was read, its words may lead to the page that they link to, and the user's own
  # words to whom they name: nothing else can leave with it. A guest or a bot in the chat is a stranger: take \`team\` from its tools.
  - id: link-of-the-team
    effects: [read]
    when: >-
      !tool.credential && "team" in session.labels && !("strangers" in session.labels) && session.steps.all(s, "team" in s.labels)
      && size(destinations) > 0 && destinations.all(d, from_user(d) || from_untrusted(d))
    decide: allow
  - id: words-of-the-user-within-the-team
    effects: [write, side_effect]
    when: >-
      "team" in tool.labels && "team" in session.labels && !("strangers" in session.labels) && session.steps.all(s, "team" in s.labels)
      && size(destinations) > 0 && destinations.all(d, from_user(d) || from_trusted(d) || from_untrusted(d))
      && args.exists(k, k.matches("(?i)(body|content|text|message|subject|title|description|summary|note|comment|caption|reason|memo)s?$") && from_user(args[k])) && args.all(k, args[k] in destinations || from_user(args[k]))
    decide: allow
  # A read that carries its address outside is a transfer, except to where the user pointed, or before any outside text and
  # any record that is private: a tool's description can ask for it too.
  - id: fetch-for-the-user
    effects: [read]
    when: >-
      !tool.credential && size(destinations) > 0 && destinations.all(d, !("untrusted" in session.labels || "names" in session.labels || "private" in session.labels)
      || from_user(d) || from_trusted(d) && !("names" in session.labels) || d.contains("://") && from_user(host(d)))
    decide: allow
  # Everything in it is the user's, or of their own records where nothing else has been read.
  - id: said-word-for-word
    when: from_user(args) || !("untrusted" in session.labels || "names" in session.labels) && from_trusted(args)
    decide: allow
  - id: secrets-stay
    detect: [secrets]
    when: external && findings.exists(f, f.confidence >= 0.9)
    decide: deny
    reason: a credential would leave
    severity: critical
  - id: secrets-wait
    detect: [secrets]
    when: external && findings.exists(f, f.confidence < 0.9)
    decide: require_approval
    reason: it may carry a credential
    severity: high
  # To whom it goes is not all: strangers must not choose what is shared, closed or answered either.
  - id: filled-in-by-strangers
    effects: [write, side_effect]
    when: >-
      external && "strangers" in session.labels && args.exists(k, from_untrusted(args[k])
      && k.matches("(?i:(^|[_-])(ids?|numbers?|keys?|ref|reference|iban|account|path|permission|role|state|status)$)|[a-z](Ids?|Numbers?|Keys?|Ref|Iban|Account|Path|Role)$")
      && !string(args[k]).matches("^[0-9]{1,2}$"))
    decide: require_approval
    reason: outside text named what it is about
  - id: links-from-strangers
    effects: [write, side_effect, unclassified]
    when: >-
      external && size(session.steps) > 0 && args.exists(k,
      k.matches("(?i)(body|content|text|message|subject|title|description|summary|note|comment|caption|reason|memo)s?$")
      && args[k].matches("(?i)(https?:|www[.]|[a-z0-9-][.][a-z]{2,}/)") && !from_user(args[k]))
    decide: require_approval
    reason: it carries a link that the user did not write
  - id: long-query
    effects: [read]
    when: >-
      "untrusted" in session.labels && args.exists(k,
      k.matches("(?i:(^|[_-])(q|query|question|search|prompt)$)|[a-z](Query|Question)$") && size(args[k]) > 400 && !from_user(args[k]))
    decide: require_approval
    reason: a search that carries much text

  # Whoever shows the answer fetches its images: an address in one carries out what is written into it.
  - id: images-in-answers
    on: output
    detect: [image]
    when: size(session.steps) > 0
    decide: redact

  # -- the user's own records ----------------------------------------------------------------------------------------
  # A date, an amount, a number of up to three digits proves nothing by where it was seen, and texts, queries and names of new
  # files are the model's to write. What names a thing, and what is put in its place, comes from the user or from their own records.
  - id: own-records
    effects: [write, side_effect]
    when: '!external && !tool.credential'
    decide: allow
  - id: own-records-by-strangers
    effects: [write, side_effect]
    when: >-
      !external && "untrusted" in session.labels && args.exists(k,
      !k.matches("(?i:(^|[_-])(amount|price|quantity|count|limit|max|min|size|page|dates?|times?|day|duration|currency|priority)$)|[a-z](Amount|Price|Quantity|Count|Limit|Size|Date|Time|Duration)$")
      && (from_untrusted(args[k]) || unseen(args[k]) && !k.matches("(?i)(body|content|text|message|subject|title|description|summary|note|comment|caption|reason|memo|file_?name|query|queries|sql|code|html|markdown|todo|question)s?$"))
      && !(!k.matches("(?i)(code|pin|otp|password)$") && string(args[k]).matches("^-?[0-9]{1,3}([.][0-9]+)?$"))
      && !string(args[k]).matches("^[0-9]{4}-[0-9]{2}(-[0-9]{2}([T ][0-9:.]*(Z|[+-][0-9:]*)?)?)?$|^[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?( ?[AaPp][Mm])?$"))
    decide: require_approval
    reason: neither the user nor their own records named what it changes
  - id: nothing-to-go-by
    effects: [write, side_effect]
    when: >-
      !external && "untrusted" in session.labels && !args.exists(k, from_user(args[k]) || from_trusted(args[k])
      || k.matches("(?i)(body|content|text|message|subject|title|description|summary|note|comment|caption|reason|memo)s?$")
      || k.matches("(?i:(^|[_-])id)$|[a-z]Id$") && string(args[k]).matches("^[0-9]{1,3}$"))
    decide: require_approval
    reason: nothing in it comes from the user, and outside text may be what asks for it
  - id: removal-by-strangers
    effects: [write, side_effect]
    when: '"removes" in tool.labels && "untrusted" in session.labels && args.exists(k, from_untrusted(args[k]) || unseen(args[k]))'
    decide: require_approval
    reason: outside text names what would be removed

  # -- grave deeds ---------------------------------------------------------------------------------------------------
  # Where all values of a grave call are the user's own, its verb still tells: the user's words have it, or ask for something else.
  - id: deed-nobody-asked-for
    effects: [write, side_effect]
    when: >-
      "strangers" in session.labels && (tool.name.matches("(?i)merge") && !["merge"].exists(w, from_user(w))
      || tool.name.matches("(?i)approve") && !["approve", "accept", "confirm"].exists(w, from_user(w))
      || tool.name.matches("(?i)deploy") && !["deploy", "ship", "release"].exists(w, from_user(w))
      || tool.name.matches("(?i)release") && !["release", "publish"].exists(w, from_user(w))
      || tool.name.matches("(?i)unlock") && !["unlock", "open"].exists(w, from_user(w))
      || tool.name.matches("(?i)disarm") && !["disarm", "off"].exists(w, from_user(w))
      || tool.name.matches("(?i)install") && !["install", "add"].exists(w, from_user(w))
      || tool.name.matches("(?i)block|suspend|deactivate") && !["block", "suspend", "deactivate", "ban"].exists(w, from_user(w))
      || tool.name.matches("(?i:(^|[_.-])(book|rent)[_.-]|reserve)|(^|[a-z_.-])([Bb]ook|[Rr]ent)[A-Z]") && !["book", "reserve", "rent", "take", "get", "need"].exists(w, from_user(w))
      || tool.name.matches("(?i)purchase|buy") && !["order", "buy", "purchase", "get"].exists(w, from_user(w))
      || tool.name.matches("(?i)cancel") && !["cancel", "call off"].exists(w, from_user(w))
      || tool.name.matches("(?i)archive|close") && !["archive", "close", "complete", "done", "finish", "resolve"].exists(w, from_user(w))
      || tool.name.matches("(?i)delete|remove|trash|erase|purge|drop|clear|wipe") && !["delete", "remove", "trash", "erase", "purge", "drop", "clear", "clean", "throw", "cancel", "rid"].exists(w, from_user(w))
      || tool.name.matches("(?i)follow|subscribe") && !["follow", "subscribe"].exists(w, from_user(w))
      || tool.name.matches("(?i)reset") && !["reset", "forgot"].exists(w, from_user(w)))
    decide: require_approval
    reason: outside text was read, and the user's words do not ask for this

  # What strangers read may ask for what the user's own records say of somebody: the addressee alone does not tell.
  - id: private-to-others
    effects: [write, side_effect]
    when: >-
      external && "private" in session.labels && "strangers" in session.labels && args.exists(k,
      k.matches("(?i)(body|content|text|message|subject|title|description|summary|note|comment|caption|reason|memo)s?$") && !from_user(args[k]))
    decide: require_approval
    reason: personal records were read, and the user did not write what would be told

  # -- after orders in data ------------------------------------------------------------------------------------------
  - id: orders-were-read
    when: '"orders" in session.labels && (external && !destinations.all(d, from_user(d)) || tool.effect != "read" && !from_user(args))'
    decide: require_approval
    reason: something that was read gives orders to the model
`;
