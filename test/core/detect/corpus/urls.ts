import { samples, type Sample } from "./sample.ts";

export const urls: readonly Sample[] = [
  ...samples("url", [
    "see ⟦https://example.com/a/b?c=d#e⟧.",
    "(⟦http://192.0.2.1:8080/x⟧)",
    "⟦HTTPS://EXAMPLE.COM⟧",
    "<a href='⟦https://example.org/⟧'>x</a>",
    "ftp at ⟦ftp://files.example.net/pub⟧",
    "open ⟦wss://socket.example.com/feed⟧ now",
    "⟦https://münchen.example/straße⟧ ok",
    "hxxps://example[.]com is written so that nobody clicks",
  ]),
  ...samples("domain", [
    "visit ⟦example.com⟧ today",
    "go to ⟦www.example.co.uk/path⟧!",
    "at ⟦docs.example.io⟧, please",
    "⟦shop.example.de⟧ has it",
    "our site is example dot com",
    "see evil.zone for more",
  ]),
  ...samples("mailto", ["⟦mailto:a@example.com?subject=x⟧", "[write](⟦mailto:b@example.org⟧)"]),
  ...samples("data-uri", ["⟦data:text/html;base64,PGI+aGk8L2I+⟧", 'src="⟦data:image/png;base64,iVBORw0KGgo=⟧"']),
  ...samples("image", ["⟦![x](https://example.com/p.png?d=secret)⟧", "a ⟦![](http://example.net/i)⟧ b", '<img src="//example.com/t.gif">']),
];
