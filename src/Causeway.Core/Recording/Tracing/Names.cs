namespace Causeway.Core.Recording.Tracing;

/// <summary>
/// Names of attributes as the GenAI semantic conventions have them (status: development). Source:
/// https://github.com/open-telemetry/semantic-conventions-genai/blob/main/docs/gen-ai/gen-ai-spans.md, read 2026-11-26.
/// </summary>
public static class GenAiNames
{
    /// <summary>What is done: see <see cref="GenAiWords.OperationOf"/>.</summary>
    public const string Operation = "gen_ai.operation.name";

    /// <summary>The vendor; was <c>gen_ai.system</c> until version 1.36 of the conventions.</summary>
    public const string Provider = "gen_ai.provider.name";

    /// <summary>The session.</summary>
    public const string Conversation = "gen_ai.conversation.id";

    /// <summary>The model that is asked.</summary>
    public const string RequestModel = "gen_ai.request.model";

    /// <summary>true: the answer is to be streamed; else it is left out.</summary>
    public const string Stream = "gen_ai.request.stream";

    /// <summary>Most tokens of output.</summary>
    public const string MaxTokens = "gen_ai.request.max_tokens";

    /// <summary>How freely the model chooses.</summary>
    public const string Temperature = "gen_ai.request.temperature";

    /// <summary>The share of likely tokens that it chooses from.</summary>
    public const string TopP = "gen_ai.request.top_p";

    /// <summary>The number of likely tokens that it chooses from.</summary>
    public const string TopK = "gen_ai.request.top_k";

    /// <summary>How much it avoids what it has said often.</summary>
    public const string FrequencyPenalty = "gen_ai.request.frequency_penalty";

    /// <summary>How much it avoids what it has said at all.</summary>
    public const string PresencePenalty = "gen_ai.request.presence_penalty";

    /// <summary>Where its chance begins.</summary>
    public const string Seed = "gen_ai.request.seed";

    /// <summary>How many answers are wanted, if not one.</summary>
    public const string Choices = "gen_ai.request.choice.count";

    /// <summary>The answer's id.</summary>
    public const string ResponseId = "gen_ai.response.id";

    /// <summary>The model that answered, as the provider names it.</summary>
    public const string ResponseModel = "gen_ai.response.model";

    /// <summary>Why the model stopped, a list.</summary>
    public const string FinishReasons = "gen_ai.response.finish_reasons";

    /// <summary>Seconds until the first content of a stream.</summary>
    public const string TimeToFirstChunk = "gen_ai.response.time_to_first_chunk";

    /// <summary>All tokens of input, those of caches too.</summary>
    public const string InputTokens = "gen_ai.usage.input_tokens";

    /// <summary>All tokens of output, those of reasoning too.</summary>
    public const string OutputTokens = "gen_ai.usage.output_tokens";

    /// <summary>Of the input, tokens read from a cache.</summary>
    public const string CacheReadTokens = "gen_ai.usage.cache_read.input_tokens";

    /// <summary>Of the input, tokens written to a cache.</summary>
    public const string CacheWriteTokens = "gen_ai.usage.cache_creation.input_tokens";

    /// <summary>Of the output, tokens of reasoning.</summary>
    public const string ReasoningTokens = "gen_ai.usage.reasoning.output_tokens";

    /// <summary>Of metrics: <c>input</c> or <c>output</c>.</summary>
    public const string TokenType = "gen_ai.token.type";

    /// <summary>The conversation, as JSON.</summary>
    public const string InputMessages = "gen_ai.input.messages";

    /// <summary>The answer, as JSON.</summary>
    public const string OutputMessages = "gen_ai.output.messages";

    /// <summary>The system prompt, as JSON.</summary>
    public const string SystemInstructions = "gen_ai.system_instructions";
}

/// <summary>Names of attributes that are not only of models. Source: https://opentelemetry.io/docs/specs/semconv/registry/attributes/, version 1.42.</summary>
public static class CommonNames
{
    /// <summary>The class of an error.</summary>
    public const string ErrorType = "error.type";

    /// <summary>The host that is asked.</summary>
    public const string ServerAddress = "server.address";

    /// <summary>Its port.</summary>
    public const string ServerPort = "server.port";

    /// <summary>The HTTP method.</summary>
    public const string Method = "http.request.method";

    /// <summary>The HTTP status.</summary>
    public const string Status = "http.response.status_code";

    /// <summary>The path, without the query: that may hold a key.</summary>
    public const string Path = "url.path";

    /// <summary>What the client calls itself.</summary>
    public const string UserAgent = "user_agent.original";
}

/// <summary>Names of attributes that only this gateway has.</summary>
public static class OwnNames
{
    /// <summary>The exchange's id, as in the ledger.</summary>
    public const string Exchange = "causeway.exchange.id";

    /// <summary>The client's dialect; of an attempt, the provider's.</summary>
    public const string Dialect = "causeway.dialect";

    /// <summary>The id of the virtual key.</summary>
    public const string VirtualKey = "causeway.virtual_key";

    /// <summary>The id of its team.</summary>
    public const string Team = "causeway.team";

    /// <summary>Why the request went where it went.</summary>
    public const string Route = "causeway.route";

    /// <summary>Who answered, or was asked last: <c>provider/model</c>.</summary>
    public const string Target = "causeway.target";

    /// <summary>Who went on with the answer when the first had died.</summary>
    public const string ContinuedBy = "causeway.continued_by";

    /// <summary>What could not be carried from one dialect to the other.</summary>
    public const string Losses = "causeway.losses";

    /// <summary>How many upstream calls there were; of an attempt, which it is, from 1.</summary>
    public const string Attempts = "causeway.attempts";

    /// <inheritdoc cref="Attempts"/>
    public const string Attempt = "causeway.attempt";

    /// <summary>The provider's name in the configuration.</summary>
    public const string Provider = "causeway.provider";

    /// <summary>The name of the provider's key.</summary>
    public const string Key = "causeway.key";

    /// <summary>How the request crossed the gateway: <c>verbatim</c>, <c>patched</c>, <c>translated</c>.</summary>
    public const string Lane = "causeway.lane";

    /// <summary>How the attempt ended, in the words of the metric <c>causeway_upstream_attempts_total</c>.</summary>
    public const string Outcome = "causeway.outcome";

    /// <summary>US dollars; of an exchange, those of all its attempts. Left out if not known.</summary>
    public const string Cost = "causeway.cost.dollars";

    /// <summary>true: tokens were estimated, since the provider did not say them.</summary>
    public const string IsEstimate = "causeway.usage.is_estimate";

    /// <summary>Seconds of an exchange in which no upstream was waited for.</summary>
    public const string Overhead = "causeway.overhead";
}
