// NLP.js trained on the same phrasings. First line in: {"train": [[text, label], …]}; then one text a line.
// First line out: {"seconds": …} once trained; then {"label", "score", "ms"} a line.
const { NlpManager } = require("node-nlp");
const readline = require("readline");

async function main() {
  const lines = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  const { train } = JSON.parse((await lines.next()).value);
  const manager = new NlpManager({ languages: ["fr"], nlu: { log: false }, autoSave: false, forceNER: false });
  const began = process.hrtime.bigint();
  for (const [text, label] of train) manager.addDocument("fr", text, label);
  await manager.train();
  console.log(JSON.stringify({ seconds: Number(process.hrtime.bigint() - began) / 1e9 }));
  for await (const line of lines) {
    const start = process.hrtime.bigint();
    const found = await manager.process("fr", line);
    const ms = Number(process.hrtime.bigint() - start) / 1e6;
    console.log(JSON.stringify({ label: found.intent, score: found.score, ms }));
  }
}

main();
