// Drives the official OpenAI SDK's Responses API against the gateway and prints what it understood as one JSON object.
import OpenAI from 'openai';

const [baseURL, model] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey: 'dummy-key', maxRetries: 0 });
const tools = [{ type: 'function', name: 'weather', description: 'Tells the weather.', strict: false, parameters: { type: 'object', properties: { city: { type: 'string' } } } }];

const whole = await client.responses.create({ model, input: 'Say hello', max_output_tokens: 100, store: false });
let streamed = '', final = null, numbers = [];
for await (const event of await client.responses.create({ model, input: 'Say hello', max_output_tokens: 100, store: false, stream: true })) {
  numbers.push(event.sequence_number);
  if (event.type === 'response.output_text.delta') streamed += event.delta;
  if (event.type === 'response.completed') final = event.response;
}
const called = await client.responses.create({ model, input: 'weather please', tools, store: false });
const call = called.output.find(item => item.type === 'function_call');
const second = await client.responses.create({
  model, tools, store: false,
  input: [{ role: 'user', content: 'weather please' }, ...called.output, { type: 'function_call_output', call_id: call.call_id, output: 'sunny' }],
});
let error = null;
try { await client.responses.create({ model: 'nowhere/x', input: 'hi' }); } catch (e) { error = { status: e.status, code: e.code, name: e.constructor.name }; }

console.log(JSON.stringify({
  whole: whole.output_text, status: whole.status, streamed, final: final?.output?.[0]?.content?.[0]?.text ?? null, usage: final?.usage ?? null,
  rising: numbers.every((n, i) => i === 0 || n > numbers[i - 1]), call: { name: call.name, arguments: call.arguments }, second: second.output_text, error,
}));
