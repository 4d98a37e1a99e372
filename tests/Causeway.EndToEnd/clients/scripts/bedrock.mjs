// Drives the official AWS SDK for Bedrock against the gateway and prints what it understood as one JSON object.
import { BedrockRuntimeClient, ConverseCommand, ConverseStreamCommand, InvokeModelCommand, InvokeModelWithResponseStreamCommand } from '@aws-sdk/client-bedrock-runtime';
import { NodeHttpHandler } from '@smithy/node-http-handler';   // its own default is HTTP/2, which needs TLS

const [endpoint, modelId] = process.argv.slice(2);
const client = new BedrockRuntimeClient({ endpoint, region: 'us-east-1', credentials: { accessKeyId: 'dummy', secretAccessKey: 'dummy' }, maxAttempts: 1, requestHandler: new NodeHttpHandler() });
const messages = [{ role: 'user', content: [{ text: 'Say hello' }] }];
const toolConfig = { tools: [{ toolSpec: { name: 'weather', description: 'Tells the weather.', inputSchema: { json: { type: 'object', properties: { city: { type: 'string' } } } } } }] };
const inferenceConfig = { maxTokens: 100 };

const whole = await client.send(new ConverseCommand({ modelId, messages, inferenceConfig }));
let streamed = '', finish = null, usage = null;
for await (const event of (await client.send(new ConverseStreamCommand({ modelId, messages, inferenceConfig }))).stream) {
  streamed += event.contentBlockDelta?.delta?.text ?? '';
  finish = event.messageStop?.stopReason ?? finish;
  usage = event.metadata?.usage ?? usage;
}
const called = await client.send(new ConverseCommand({ modelId, messages: [{ role: 'user', content: [{ text: 'weather please' }] }], toolConfig, inferenceConfig }));
const call = called.output.message.content.find(block => block.toolUse)?.toolUse ?? null;

// The same by InvokeModel, whose bodies are Anthropic's messages.
const body = JSON.stringify({ anthropic_version: 'bedrock-2023-05-31', max_tokens: 100, messages: [{ role: 'user', content: 'Say hello' }] });
const decode = bytes => JSON.parse(new TextDecoder().decode(bytes));
const invoked = decode((await client.send(new InvokeModelCommand({ modelId, body, contentType: 'application/json' }))).body);
const invokedEvents = [];
for await (const event of (await client.send(new InvokeModelWithResponseStreamCommand({ modelId, body, contentType: 'application/json' }))).body) invokedEvents.push(decode(event.chunk.bytes));
const invokedStream = invokedEvents.map(event => event.delta?.text ?? '').join('');
const metrics = invokedEvents.at(-1)['amazon-bedrock-invocationMetrics'] ?? null;
let invokeError = null;
try { await client.send(new InvokeModelCommand({ modelId: 'nowhere/x', body })); } catch (e) { invokeError = { status: e.$metadata?.httpStatusCode, name: e.name, message: e.message }; }

let error = null;
try { await client.send(new ConverseCommand({ modelId: 'nowhere/x', messages })); } catch (e) { error = { status: e.$metadata?.httpStatusCode, name: e.name }; }

console.log(JSON.stringify({ whole: whole.output.message.content[0].text, streamed, finish, usage, call: call ? { name: call.name, input: call.input } : null, callFinish: called.stopReason, error, invoked: invoked.content?.[0]?.text, invokedStream, metrics, invokeError }));
