// Puts the sources together; what is kept by hand goes before both.

/** Two prices that differ by more than this share disagree. */
const tolerance = 0.01;
const compared = ['input', 'output', 'cacheRead', 'cacheWrite'];

export function merge(pi, prices, own, sources) {
  const models = {};
  const disagreements = [];
  for (const vendor of new Set([...Object.keys(pi), ...Object.keys(prices), ...Object.keys(own.models)])) {
    models[vendor] = {};
    const kept = own.models[vendor] ?? {};
    const names = new Set([...Object.keys(pi[vendor] ?? {}), ...Object.keys(prices[vendor] ?? {}), ...Object.keys(kept)]);
    for (const name of [...names].sort()) {
      const [a, b, c] = [pi[vendor]?.[name], prices[vendor]?.[name] ?? prices[vendor]?.[undated(name)], kept[name]];
      const disputed = a?.price && b?.price && !c?.price ? compared.filter((word) => differ(a.price[word], b.price[word])) : [];
      if (disputed.length > 0) disagreements.push({ vendor, name, words: disputed, pi: a.price, genai: b.price });
      const price = disputed.length > 0 ? newest(a.price, b.price, sources) : both(a?.price, b?.price);
      const row = { ...b, ...defined(a), price, ...defined(c) };
      row.disputed = disputed.length > 0 ? disputed : undefined;
      row.sources = [...(a ? ['pi-ai'] : []), ...(b ? ['genai-prices'] : []), ...(c ? ['own'] : [])];
      row.date = [a && sources['pi-ai'].date, b && sources['genai-prices'].date, c && own.verified].filter(Boolean).sort().at(-1);
      models[vendor][name] = row;
    }
  }
  return { models, disagreements };
}

/** Prices change: where the sources disagree, the later one counts. */
const newest = (pi, genai, sources) => (sources['pi-ai'].date >= sources['genai-prices'].date ? pi : genai);

/** Where they agree, each says what the other leaves out; genai-prices says more: an hour's cache, sound, pictures. */
const both = (pi, genai) => (pi && genai ? { ...pi, ...genai } : genai ?? pi);

/** A model of a certain day costs what the model does. */
const undated = (name) => name.replace(/-(\d{8}|\d{4}-\d{2}-\d{2})$/, '');
const differ = (a, b) => a !== undefined && b !== undefined && Math.abs(a - b) > tolerance * Math.max(a, b);
const defined = (row) => Object.fromEntries(Object.entries(row ?? {}).filter(([, value]) => value !== undefined));
