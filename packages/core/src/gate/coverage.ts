import { didYouMean } from "../condition/nearest.ts";
import { SallyportError } from "../error.ts";
import type { Policy } from "../policy/policy.ts";
import type { CoverageGap, OnCoverage } from "./contract.ts";

/** What a gate says of tools that call for a look, each thing once: tools are guarded anew for each request. */
export class Coverage {
  readonly #strict: boolean;
  readonly #policy: () => Policy;
  readonly #said = new Set<string>();

  constructor(strict: boolean, policy: () => Policy) {
    this.#strict = strict;
    this.#policy = policy;
  }

  report(gap: CoverageGap, onCoverage?: OnCoverage): void {
    if (this.#strict && gap.gap !== "uncatalogued") throw new SallyportError("not-enforceable", this.#describe(gap));
    if (onCoverage === undefined) this.#warn(this.#describe(gap));
    else onCoverage(gap);
  }

  #warn(text: string): void {
    if (!this.#said.has(text)) console.warn(`sallyport: ${text}`);
    this.#said.add(text);
  }

  #describe({ tool, gap }: CoverageGap): string {
    switch (gap) {
      case "client-side":
        return `\`${tool}\` has nothing that runs here: its calls are judged, but what the client does cannot be enforced or recorded`;
      case "provider-executed":
        return `\`${tool}\` runs at the model's provider: its calls cannot be denied; leave it out of the tools to keep it from running`;
      case "unguarded":
        return `\`${tool}\` is not guarded: its calls do not pass the gate; guard it`;
      case "ungoverned":
        return `\`${tool}\` is not governed: what is asked and answered there does not pass the gate`;
      case "uncatalogued":
        return this.#uncatalogued(tool);
    }
  }

  #uncatalogued(tool: string): string {
    const { name, tools, defaults } = this.#policy();
    const fate = defaults.unclassified === "deny" ? "every call of it is denied unless a rule allows it" : "its calls are unclassified";
    const keys = tools.map(({ key }) => key);
    return `\`${tool}\` is in no key of policy \`${name}\`'s catalog: ${fate}${didYouMean(tool, keys)}`;
  }
}
