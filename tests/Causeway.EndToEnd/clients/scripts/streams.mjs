// Streams with the vendors' own SDKs, all at a time: streams.mjs BASE [{"kind","model"}...]. Prints for each what it understood.
import OpenAI from 'openai';
import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import { CohereClientV2 } from 'cohere-ai';
import { BedrockRuntimeClient, ConverseStreamCommand, InvokeModelWithResponseStreamCommand } from '@aws-sdk/client-bedrock-runtime';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { streamText } from 'ai';
import { createOpenAI } from '@ai-sdk/openai';
import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogleGenerativeAI } from '@ai-sdk/google';

globalThis.AI_SDK_LOG_WARNINGS = false;
const [base, jobs] = process.argv.slice(2);
const at = path => new URL(path, base).toString().replace(/\/$/, '');
const prompt = 'Tell a story';
const messages = [{ role: 'user', content: prompt }];
const apiKey = 'dummy-key';
const openai = new OpenAI({ baseURL: at('/v1'), apiKey, maxRetries: 0 });
const aws = new BedrockRuntimeClient({ endpoint: at('/bedrock'), region: 'us-east-1', credentials: { accessKeyId: 'dummy', secretAccessKey: 'dummy' }, maxAttempts: 1, requestHandler: new NodeHttpHandler() });

const vercel = model => async () => {
  let text = '';
  let error = null;
  const stream = streamText({ model, prompt, maxRetries: 0, onError: event => { error = event.error; } });
  for await (const part of stream.fullStream) if (part.type === 'text-delta') text += part.text;
  if (error) throw error;
  return { text, finish: await stream.finishReason, output: (await stream.usage).outputTokens };
};

const run = {
  async chat(model) {
    const stream = openai.chat.completions.stream({ model, messages, stream_options: { include_usage: true } });
    const whole = await stream.finalChatCompletion();
    return { text: whole.choices[0].message.content, finish: whole.choices[0].finish_reason, output: whole.usage?.completion_tokens, id: whole.id };
  },
  async completions(model) {
    let text = '', finish = null;
    for await (const chunk of await openai.completions.create({ model, prompt, stream: true })) { text += chunk.choices[0]?.text ?? ''; finish = chunk.choices[0]?.finish_reason ?? finish; }
    return { text, finish };
  },
  async responses(model) {
    let last = -1, rising = true, items = new Set();
    const stream = openai.responses.stream({ model, input: prompt });
    stream.on('event', event => { rising &&= event.sequence_number > last; last = event.sequence_number; if (event.item_id) items.add(event.item_id); });
    const whole = await stream.finalResponse();
    return { text: whole.output_text, finish: whole.status, output: whole.usage?.output_tokens, rising, oneItem: items.size === 1 && items.has(whole.output[0].id), id: whole.id };
  },
  async anthropic(model) {
    const whole = await new Anthropic({ baseURL: at('/anthropic'), apiKey, maxRetries: 0 }).messages.stream({ model, messages, max_tokens: 1000 }).finalMessage();
    return { text: whole.content.map(block => block.text).join('|'), finish: whole.stop_reason, output: whole.usage.output_tokens, id: whole.id };
  },
  async google(model) {
    let text = '', finish = null, output = null;
    for await (const chunk of await new GoogleGenAI({ apiKey, httpOptions: { baseUrl: at('/genai') } }).models.generateContentStream({ model, contents: prompt })) {
      text += chunk.text ?? '';
      finish = chunk.candidates?.[0]?.finishReason ?? finish;
      output = chunk.usageMetadata?.candidatesTokenCount ?? output;
    }
    return { text, finish, output };
  },
  async cohere(model) {
    let text = '', finish = null, output = null;
    for await (const event of await new CohereClientV2({ token: apiKey, environment: at('/cohere') }).chatStream({ model, messages })) {
      if (event.type === 'content-delta') text += event.delta?.message?.content?.text ?? '';
      if (event.type === 'message-end') { finish = event.delta?.finishReason; output = event.delta?.usage?.tokens?.outputTokens; }
    }
    return { text, finish, output };
  },
  async converse(model) {
    let text = '', finish = null, output = null;
    for await (const event of (await aws.send(new ConverseStreamCommand({ modelId: model, messages: [{ role: 'user', content: [{ text: prompt }] }] }))).stream) {
      text += event.contentBlockDelta?.delta?.text ?? '';
      finish = event.messageStop?.stopReason ?? finish;
      output = event.metadata?.usage?.outputTokens ?? output;
    }
    return { text, finish, output };
  },
  async invoke(model) {
    const body = JSON.stringify({ anthropic_version: 'bedrock-2023-05-31', max_tokens: 1000, messages });
    const events = [];
    for await (const event of (await aws.send(new InvokeModelWithResponseStreamCommand({ modelId: model, body, contentType: 'application/json' }))).body) events.push(JSON.parse(new TextDecoder().decode(event.chunk.bytes)));
    if (events[0].type !== 'message_start') throw new Error(`begins with ${events[0].type}`);
    return { text: events.map(event => event.delta?.text ?? '').join(''), finish: events.find(event => event.type === 'message_delta')?.delta.stop_reason, output: events.find(event => event.type === 'message_delta')?.usage.output_tokens };
  },
  'ai-chat': model => vercel(createOpenAI({ baseURL: at('/v1'), apiKey }).chat(model))(),
  'ai-responses': model => vercel(createOpenAI({ baseURL: at('/v1'), apiKey })(model))(),
  'ai-anthropic': model => vercel(createAnthropic({ baseURL: at('/anthropic/v1'), apiKey })(model))(),
  'ai-google': model => vercel(createGoogleGenerativeAI({ baseURL: at('/genai/v1beta'), apiKey })(model))(),
};

const found = await Promise.all(JSON.parse(jobs).map(async ({ kind, model }) => {
  try { return { kind, model, ...await run[kind](model) }; } catch (e) { return { kind, model, error: `${e?.constructor?.name}: ${e?.message ?? e}` }; }
}));
console.log(JSON.stringify(found));
