import "./quiet.ts";
import { relative } from "node:path";
import { playApproval } from "./approval.ts";
import { playAttacks } from "./attacks.ts";
import { sallyport } from "./cli.ts";
import { playWithoutGate } from "./control.ts";
import { closeDesk, openDesk, POLICY, type Desk } from "./desk.ts";
import { choosePlayer, type Player } from "./model.ts";
import { bad, good, strong } from "./paint.ts";
import { play } from "./play.ts";
import { SITUATIONS } from "./situations.ts";
import { formatTable, type Section } from "./table.ts";
import { tell, tellCommand, tellTitle } from "./tell.ts";

/**
 * The demo: an agent at a support desk that obeys every mail it reads, behind a gate. Prints what it tried, what was
 * decided and what really happened; exits with 1 where anything is not as it must be.
 */
async function main(): Promise<boolean> {
  const started = performance.now();
  const player = await choosePlayer(process.env);
  const desk = await openDesk();
  try {
    introduce(desk, player);
    const control = await playWithoutGate(desk.folder);
    const sections = await playAll(desk, player);
    console.log(`\n${formatTable(sections)}`);
    const verified = await verifyLedger(desk);
    const wrong = [...sections.flatMap(({ rows }) => rows.map(({ ok }) => ok)), control, verified].filter((ok) => !ok).length;
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(wrong === 0 ? good(`\nEverything is as it must be (${seconds} s).`) : bad(`\n${wrong} of these are not as they must be.`));
    return wrong === 0;
  } finally {
    await closeDesk(desk);
    tell(`It is all kept in ${desk.folder}. Look at the ledger with`);
    tell(`npx -y pnpm@12.21.0 -s sallyport ledger show --store ${desk.storeFile}`);
  }
}

function introduce({ office, folder }: Desk, { name, kind }: Player): void {
  console.log(strong("Sallyport: a support desk whose agent obeys every mail it reads"));
  tell(`policy  ${relative(process.cwd(), POLICY)}`);
  tell(`model   ${name}${kind === "real" ? "; the approval and its attacks are played by a scripted one" : ""}`);
  tell(
    `world   ${office.mailbox.length} mails, ${office.crm.ibans().length} customers in SQLite, a mail server on 127.0.0.1:${office.smtpPort}`,
  );
  tell(`folder  ${folder}`);
}

async function playAll(desk: Desk, player: Player): Promise<readonly Section[]> {
  const sections: Section[] = [];
  for (const situation of SITUATIONS) sections.push(await play(desk, situation, player));
  return [...sections, await playApproval(desk), await playAttacks(desk)];
}

async function verifyLedger({ storeFile }: Desk): Promise<boolean> {
  tellTitle("The ledger");
  const { code, stdout, stderr, pid } = await sallyport("ledger", "verify", "--store", storeFile);
  tellCommand(pid, [`sallyport ledger verify --store ${storeFile}`], stderr === "" ? stdout : stderr);
  return code === 0;
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.stack : error);
  console.error("\nThe demo broke off. SALLYPORT_DEMO_MODEL=scripted plays it without a provider.");
  process.exitCode = 1;
}
