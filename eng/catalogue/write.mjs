// The form of the two files: one line a model, so that a change of a price is a change of a line.
const order = [
  'displayName', 'contextWindow', 'maxOutputTokens', 'input', 'reasons', 'adaptiveThinking', 'efforts', 'sampling', 'prefill', 'replaysReasoning',
  'midConversationSystem', 'schemas', 'price', 'disputed', 'sources', 'date',
];
const priceOrder = ['input', 'output', 'cacheRead', 'cacheWrite', 'cacheWrite1h', 'inputAudio', 'outputAudio', 'cacheReadAudio', 'outputImage', 'tiers'];

const sorted = (value, names) => Object.fromEntries(names.filter((name) => value[name] !== undefined).map((name) => [name, value[name]]));
const line = (row) => JSON.stringify(sorted({ ...row, price: row.price && sorted(row.price, priceOrder) }, order));

export function writeModels(models, own, sources) {
  const blocks = Object.entries(models).map(([vendor, rows]) =>
    `    ${JSON.stringify(vendor)}: {\n${Object.entries(rows).map(([name, row]) => `      ${JSON.stringify(name)}: ${line(row)}`).join(',\n')}\n    }`);
  const origin = Object.entries(sources).map(([name, s]) => `    ${JSON.stringify(name)}: ${JSON.stringify(`npm ${s.package} ${s.version} (${s.licence}), ${s.date}`)}`);
  return `{
  "$schema": "./models.schema.json",
  "sources": {
${origin.join(',\n')},
    "own": ${JSON.stringify(`${own.source}, ${own.verified}`)}
  },
  "resellers": ${JSON.stringify(own.resellers)},
  "batch": ${JSON.stringify(own.batch)},
  "models": {
${blocks.join(',\n')}
  }
}
`;
}

export function writeReport(disagreements, sources) {
  const show = (price, words) => words.map((word) => `${word} ${price[word]}`).join(', ');
  return `# Prices on which the sources disagree

In US dollars a million tokens, by more than 1 %. The catalogue takes the price of the later source and marks the row as \`disputed\`; \`own.json\` settles one for good.
Sources: ${Object.values(sources).map((s) => `${s.package} ${s.version}`).join(', ')}. Written by \`generate.mjs\`.

| vendor | model | pi-ai | genai-prices |
| --- | --- | --- | --- |
${disagreements.map((d) => `| ${d.vendor} | ${d.name} | ${show(d.pi, d.words)} | ${show(d.genai, d.words)} |`).join('\n')}
`;
}
