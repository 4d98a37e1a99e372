// @earendil-works/pi-ai: context windows, limits, abilities, and prices, of all vendors' chat models.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Our names of vendors, and the package's files. */
const files = {
  openai: 'openai', anthropic: 'anthropic', gemini: 'google', bedrock: 'amazon-bedrock', groq: 'groq', mistral: 'mistral', deepseek: 'deepseek',
  xai: 'xai', openrouter: 'openrouter', together: 'together', fireworks: 'fireworks', cerebras: 'cerebras',
};

/** Rows by vendor and model. */
export function fromPiAi(folder) {
  const rows = {};
  for (const [vendor, file] of Object.entries(files)) {
    rows[vendor] = {};
    for (const models of Object.values(JSON.parse(readFileSync(join(folder, `dist/providers/data/${file}.json`), 'utf8')))) {
      for (const model of Object.values(models)) {
        if (model.type === 'chat' && !model.id.startsWith('~')) rows[vendor][model.id] ??= row(model, vendor);
      }
    }
  }
  return rows;
}

function row(model, vendor) {
  const compat = model.compat ?? {};
  const efforts = Object.values(model.thinkingLevelMap ?? {}).filter((word) => typeof word === 'string');
  return {
    displayName: model.name.replace(/ \(latest\)$/, ''),
    contextWindow: model.contextWindow || undefined,
    maxOutputTokens: model.maxTokens || undefined,
    input: model.input,
    reasons: model.reasoning,
    adaptiveThinking: isClaude(model.id) && model.reasoning ? compat.forceAdaptiveThinking === true : undefined,
    efforts: efforts.length > 0 && !isClaude(model.id) && vendor !== 'gemini' ? efforts : undefined,
    sampling: compat.supportsTemperature === false ? false : undefined,
    replaysReasoning: compat.requiresReasoningContentOnAssistantMessages === true ? true : undefined,
    midConversationSystem: compat.supportsMidConvoSystemMessages === true ? true : undefined,
    price: price(model.cost),
  };
}

const isClaude = (id) => /(^|[./])claude-/.test(id);

/** A price of 0 stands for "not known" or "no such thing" there; a model that would cost nothing at all has no price here. */
function price(cost) {
  if (!(cost.input > 0) || !(cost.output > 0)) return undefined;
  const known = ({ input, output, cacheRead, cacheWrite }) => ({ input, output, cacheRead: cacheRead || undefined, cacheWrite: cacheWrite || undefined });
  const tiers = (cost.tiers ?? []).map((tier) => ({ above: tier.inputTokensAbove, ...known(tier) }));
  return { ...known(cost), tiers: tiers.length > 0 ? tiers : undefined };
}
