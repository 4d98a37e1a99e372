// @pydantic/genai-prices: prices, with their tiers, of tokens in and out of the cache, of sound and pictures.

/** Our names of vendors, and the package's. */
const vendors = {
  openai: 'openai', anthropic: 'anthropic', gemini: 'google', bedrock: 'aws', groq: 'groq', mistral: 'mistral', deepseek: 'deepseek', xai: 'x-ai',
  openrouter: 'openrouter', together: 'together', fireworks: 'fireworks', cerebras: 'cerebras', cohere: 'cohere', perplexity: 'perplexity',
};

const words = {
  input_mtok: 'input', output_mtok: 'output', cache_read_mtok: 'cacheRead', cache_write_mtok: 'cacheWrite', cache_write_1h_mtok: 'cacheWrite1h',
  input_audio_mtok: 'inputAudio', output_audio_mtok: 'outputAudio', cache_audio_read_mtok: 'cacheReadAudio', output_image_mtok: 'outputImage',
};

/** Rows by vendor and model. */
export function fromGenaiPrices(library) {
  const rows = {};
  for (const [vendor, id] of Object.entries(vendors)) {
    rows[vendor] = {};
    for (const model of library.findProvider({ providerId: id }).models) {
      const price = toPrice(latest(model.prices));
      if (price && !model.deprecated) rows[vendor][nameOf(model.id)] = { displayName: model.name, contextWindow: model.context_window, price };
    }
  }
  return rows;
}

const nameOf = (id) => id.replace(/-latest$/, '');

/** Prices may have changed with time, or change with the hour of day: what holds without a condition counts, or from the last day on. */
function latest(prices) {
  if (!Array.isArray(prices)) return prices;
  const dated = prices.filter((entry) => entry.constraint?.start_date || entry.constraint?.startDate);
  if (dated.length > 0) return dated.at(-1).prices;
  return prices.find((entry) => !entry.constraint)?.prices ?? prices.at(-1).prices;
}

function toPrice(prices) {
  const price = {};
  const tiers = new Map();
  for (const [key, value] of Object.entries(prices)) {
    const word = words[key];
    if (!word) continue;
    price[word] = typeof value === 'number' ? value : value.base;
    for (const tier of value.tiers ?? []) {
      // "more than 271999 tokens" is how "272000 tokens or more" is written there, so both are kept as they are
      tiers.set(tier.start, { ...tiers.get(tier.start), [word]: tier.price });
    }
  }
  if (!(price.input > 0) || !(price.output > 0)) return undefined;
  if (tiers.size > 0) price.tiers = [...tiers].sort(([a], [b]) => a - b).map(([above, prices]) => ({ above, ...prices }));
  return price;
}
