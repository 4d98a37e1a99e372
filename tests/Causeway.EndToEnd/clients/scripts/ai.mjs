// Drives the Vercel AI SDK against the gateway with each of its providers and prints what it understood as one JSON object.
import { generateText, streamText, tool, jsonSchema, stepCountIs } from 'ai';
import { createOpenAI } from '@ai-sdk/openai';
import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogleGenerativeAI } from '@ai-sdk/google';

globalThis.AI_SDK_LOG_WARNINGS = false;   // they go to the output
const [base, name, ...names] = process.argv.slice(2);
const make = {
  responses: id => createOpenAI({ baseURL: base + 'v1', apiKey: 'dummy-key' })(id),
  chat: id => createOpenAI({ baseURL: base + 'v1', apiKey: 'dummy-key' }).chat(id),
  anthropic: id => createAnthropic({ baseURL: base + 'anthropic/v1', apiKey: 'dummy-key' })(id),
  google: id => createGoogleGenerativeAI({ baseURL: base + 'genai/v1beta', apiKey: 'dummy-key' })(id),
};
const found = {};
for (const kind of names) {
  const model = make[kind](name);
  const whole = await generateText({ model, prompt: 'Say hello', maxRetries: 0 });
  const stream = streamText({ model, prompt: 'Say hello', maxRetries: 0 });
  let streamed = '';
  for await (const piece of stream.textStream) streamed += piece;
  const weather = tool({ description: 'Tells the weather.', inputSchema: jsonSchema({ type: 'object', properties: { city: { type: 'string' } } }), execute: async ({ city }) => `sunny in ${city}` });
  const agent = await generateText({ model, prompt: 'weather please', tools: { weather }, stopWhen: stepCountIs(3), maxRetries: 0 });
  found[kind] = { whole: whole.text, streamed, finish: await stream.finishReason, steps: agent.steps.length, city: agent.steps[0].toolCalls[0]?.input?.city ?? null };
}
console.log(JSON.stringify(found));
