// Drives the official Anthropic SDK against the gateway and prints what it understood as one JSON object.
import Anthropic from '@anthropic-ai/sdk';

const [baseURL, model] = process.argv.slice(2);
const client = new Anthropic({ baseURL, apiKey: 'dummy-key', maxRetries: 0 });
const messages = [{ role: 'user', content: 'Say hello' }];
const tools = [{ name: 'weather', description: 'Tells the weather.', input_schema: { type: 'object', properties: { city: { type: 'string' } } } }];

const whole = await client.messages.create({ model, messages, max_tokens: 100 });
const stream = client.messages.stream({ model, messages, max_tokens: 100 });
const streamed = await stream.finalMessage();
const called = await client.messages.stream({ model, messages: [{ role: 'user', content: 'weather please' }], tools, max_tokens: 100 }).finalMessage();
const counted = await client.messages.countTokens({ model, messages });
const models = [];
for await (const item of client.models.list()) models.push(item.id);
let error = null;
try { await client.messages.create({ model: 'nowhere/x', messages, max_tokens: 5 }); } catch (e) { error = { status: e.status, type: e.error?.error?.type, name: e.constructor.name }; }

const call = called.content.find(block => block.type === 'tool_use');
console.log(JSON.stringify({
  whole: whole.content[0].text, streamed: streamed.content[0].text, finish: streamed.stop_reason, usage: streamed.usage,
  call: call ? { name: call.name, input: call.input } : null, callFinish: called.stop_reason, counted: counted.input_tokens, models: models.length, error,
}));
