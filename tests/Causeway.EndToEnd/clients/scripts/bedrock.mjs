// Drives the official AWS SDK for Bedrock against the gateway and prints what it understood as one JSON object.
import { BedrockRuntimeClient, ConverseCommand, ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime';
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
let error = null;
try { await client.send(new ConverseCommand({ modelId: 'nowhere/x', messages })); } catch (e) { error = { status: e.$metadata?.httpStatusCode, name: e.name }; }

console.log(JSON.stringify({ whole: whole.output.message.content[0].text, streamed, finish, usage, call: call ? { name: call.name, input: call.input } : null, callFinish: called.stopReason, error }));
