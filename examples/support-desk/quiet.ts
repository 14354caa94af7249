// Imported first, for what it does: Node's warning that `node:sqlite` is experimental is no part of the story.
const said = process.listeners("warning");
process.removeAllListeners("warning");
process.on("warning", (warning) => {
  if (warning.name !== "ExperimentalWarning" || !warning.message.includes("SQLite")) for (const say of said) say(warning);
});
