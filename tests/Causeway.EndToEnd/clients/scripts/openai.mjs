// Drives the official OpenAI SDK against the gateway and prints what it understood as one JSON object.
import OpenAI from 'openai';

const [baseURL, model] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey: 'dummy-key', maxRetries: 0 });
const messages = [{ role: 'user', content: 'Say hello' }];
const tools = [{ type: 'function', function: { name: 'weather', description: 'Tells the weather.', parameters: { type: 'object', properties: { city: { type: 'string' } } } } }];

const whole = await client.chat.completions.create({ model, messages, max_completion_tokens: 100 });
let streamed = '', finish = null, usage = null;
for await (const chunk of await client.chat.completions.create({ model, messages, max_completion_tokens: 100, stream: true, stream_options: { include_usage: true } })) {
  streamed += chunk.choices[0]?.delta?.content ?? '';
  finish = chunk.choices[0]?.finish_reason ?? finish;
  usage = chunk.usage ?? usage;
}
const called = await client.chat.completions.create({ model, messages: [{ role: 'user', content: 'weather please' }], tools, max_completion_tokens: 100 });
let error = null;
try { await client.chat.completions.create({ model: 'nowhere/x', messages }); } catch (e) { error = { status: e.status, code: e.code, name: e.constructor.name }; }

console.log(JSON.stringify({
  whole: whole.choices[0].message.content, streamed, finish, usage,
  call: called.choices[0].message.tool_calls?.[0]?.function ?? null, callFinish: called.choices[0].finish_reason, error,
}));
