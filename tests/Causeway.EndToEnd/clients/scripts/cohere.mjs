// Drives the official Cohere SDK against the gateway and prints what it understood as one JSON object.
import { CohereClientV2 } from 'cohere-ai';

const [environment, model] = process.argv.slice(2);
const client = new CohereClientV2({ token: 'dummy-key', environment });
const messages = [{ role: 'user', content: 'Say hello' }];
const tools = [{ type: 'function', function: { name: 'weather', description: 'Tells the weather.', parameters: { type: 'object', properties: { city: { type: 'string' } } } } }];

const whole = await client.chat({ model, messages }, { maxRetries: 0 });
let streamed = '', finish = null, usage = null;
for await (const event of await client.chatStream({ model, messages })) {
  if (event.type === 'content-delta') streamed += event.delta?.message?.content?.text ?? '';
  if (event.type === 'message-end') { finish = event.delta?.finishReason; usage = event.delta?.usage; }
}
const called = await client.chat({ model, messages: [{ role: 'user', content: 'weather please' }], tools });
const call = called.message.toolCalls?.[0]?.function ?? null;
let error = null;
try { await client.chat({ model: 'nowhere/x', messages }, { maxRetries: 0 }); } catch (e) { error = { status: e.statusCode, name: e.constructor.name }; }

console.log(JSON.stringify({ whole: whole.message.content[0].text, streamed, finish, usage, call, error }));
