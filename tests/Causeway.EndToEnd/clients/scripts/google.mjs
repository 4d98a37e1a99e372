// Drives the official Google Gen AI SDK against the gateway and prints what it understood as one JSON object.
import { GoogleGenAI } from '@google/genai';

const [baseUrl, model] = process.argv.slice(2);
const client = new GoogleGenAI({ apiKey: 'dummy-key', httpOptions: { baseUrl } });
const config = { maxOutputTokens: 100 };
const tools = [{ functionDeclarations: [{ name: 'weather', description: 'Tells the weather.', parameters: { type: 'OBJECT', properties: { city: { type: 'STRING' } } } }] }];

const whole = await client.models.generateContent({ model, contents: 'Say hello', config });
let streamed = '', usage = null, finish = null;
for await (const chunk of await client.models.generateContentStream({ model, contents: 'Say hello', config })) {
  streamed += chunk.text ?? '';
  usage = chunk.usageMetadata ?? usage;
  finish = chunk.candidates?.[0]?.finishReason ?? finish;
}
const called = await client.models.generateContent({ model, contents: 'weather please', config: { ...config, tools } });
const call = called.functionCalls?.[0];
let error = null;
try { await client.models.generateContent({ model: 'nowhere/x', contents: 'hi' }); } catch (e) { error = { status: e.status, name: e.constructor.name }; }

console.log(JSON.stringify({ whole: whole.text, streamed, finish, usage, call: call ? { name: call.name, args: call.args } : null, error }));
