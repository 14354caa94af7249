/** Top level domains under which a bare name counts as a domain; a short list, since `index.js` and `end.It` are none. */
export const GENERIC: ReadonlySet<string> = new Set(
  "com net org edu gov mil int info biz dev app cloud online site shop tech xyz news blog email agency example top".split(" "),
);

/** Country codes; those that are words too count only behind `www.`, before a path, or with three labels. */
export const COUNTRIES: ReadonlySet<string> = new Set(
  "ai io co de fr es uk ca au jp cn ru br nl se fi dk pl ch cz pt gr ie nz za mx kr tr ua hu ro il ae sg hk tw th vn ph id ar cl pe lu lt lv ee sk si hr bg eu tv cc gg".split(
    " ",
  ),
);
export const WORDS: ReadonlySet<string> = new Set("in it is at no be us me so to my am do as by la".split(" "));
