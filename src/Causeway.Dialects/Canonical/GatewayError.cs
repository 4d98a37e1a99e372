namespace Causeway.Dialects.Canonical;

/// <summary>What went wrong, as one of a closed set; each dialect has a native shape for each.</summary>
public enum ErrorKind
{
    /// <summary>The request is wrong; sending it again does not help.</summary>
    InvalidRequest,

    /// <summary>No valid credential.</summary>
    Authentication,

    /// <summary>A budget is spent or the account has no credit.</summary>
    Billing,

    /// <summary>The credential may not do this.</summary>
    PermissionDenied,

    /// <summary>No such route, model or provider.</summary>
    NotFound,

    /// <summary>The route exists, but not with this method.</summary>
    MethodNotAllowed,

    /// <summary>The body is larger than allowed.</summary>
    RequestTooLarge,

    /// <summary>Too many requests or tokens; wait and try again.</summary>
    RateLimited,

    /// <summary>The provider is too busy; wait and try again.</summary>
    Overloaded,

    /// <summary>The provider did not answer in time.</summary>
    Timeout,

    /// <summary>The provider could not be reached, or what it sent cannot be understood.</summary>
    UpstreamUnavailable,

    /// <summary>The provider or the gateway failed inside.</summary>
    Internal,

    /// <summary>The gateway does not offer this.</summary>
    NotSupported,
}

/// <summary>An expected failure: a value, not an exception.</summary>
/// <param name="Kind">What went wrong.</param>
/// <param name="Message">What a person needs to know to mend it. Never holds a secret.</param>
public sealed record GatewayError(ErrorKind Kind, string Message)
{
    private readonly int? _status;

    /// <summary>HTTP status towards the client. By default the kind's own; an upstream's status is kept.</summary>
    public int Status
    {
        get => _status ?? StatusOf(Kind);
        init => _status = value;
    }

    /// <summary>The field of the request that is wrong, in the client's dialect, such as <c>messages[1].content</c>.</summary>
    public string? Param { get; init; }

    /// <summary>A machine-readable word such as <c>model_not_found</c>.</summary>
    public string? Code { get; init; }

    /// <summary>The upstream's <c>retry-after</c>, in seconds; null if it gave none.</summary>
    public double? RetryAfterSeconds { get; init; }

    /// <summary>Coming again is of no use, whatever the status says: clients that ask for it are told so.</summary>
    public bool IsFinal { get; init; }

    /// <summary>The provider was not reached at all: no such name, no connection, no TLS.</summary>
    public bool IsUnreached { get; init; }

    /// <summary>The code of an error of a content filter.</summary>
    public const string ContentFilter = "content_filter";

    /// <summary>A provider's content filter refused the request; another provider's may not.</summary>
    public bool IsContentFilter => Kind is ErrorKind.InvalidRequest or ErrorKind.PermissionDenied
        && (Code is ContentFilter or "content_policy_violation" or "ResponsibleAIPolicyViolation" or "moderation_blocked"
            || Array.Exists(FilterWords, words => Message.Contains(words, StringComparison.OrdinalIgnoreCase)));

    private static readonly string[] FilterWords = ["content filter", "content_filter", "content management policy", "content policy", "safety system"];

    /// <summary>May another attempt, or another provider, succeed where this one failed?</summary>
    public bool IsRetryable => Kind is ErrorKind.RateLimited or ErrorKind.Overloaded or ErrorKind.Timeout
        or ErrorKind.UpstreamUnavailable or ErrorKind.Internal;

    /// <summary>
    /// The conversation does not fit the model's context window. Clients shorten it when they are told so in the words of their own
    /// API; providers say it in theirs.
    /// </summary>
    public bool IsContextOverflow => Kind is ErrorKind.InvalidRequest or ErrorKind.RequestTooLarge
        && (Code == "context_length_exceeded" || Array.Exists(OverflowWords, words => Message.Contains(words, StringComparison.OrdinalIgnoreCase)));

    private static readonly string[] OverflowWords =
        ["maximum context length", "context window", "prompt is too long", "exceed context limit", "exceeds the maximum number of tokens", "input is too long"];

    /// <summary>A wrong request that names the field.</summary>
    public static GatewayError Invalid(string? param, string message) => new(ErrorKind.InvalidRequest, message) { Param = param };

    /// <summary>The kind that an upstream's HTTP status means.</summary>
    public static ErrorKind KindOf(int status) => status switch
    {
        401 => ErrorKind.Authentication,
        402 => ErrorKind.Billing,
        403 => ErrorKind.PermissionDenied,
        404 => ErrorKind.NotFound,
        405 => ErrorKind.MethodNotAllowed,
        408 or 504 => ErrorKind.Timeout,
        409 or 424 or 425 => ErrorKind.UpstreamUnavailable,   // a conflict with another request, a model that failed, too early: the SDKs try these again
        413 => ErrorKind.RequestTooLarge,
        498 => ErrorKind.Overloaded,                          // Groq: no capacity
        429 => ErrorKind.RateLimited,
        501 => ErrorKind.NotSupported,
        502 or 503 => ErrorKind.UpstreamUnavailable,
        529 => ErrorKind.Overloaded,
        >= 500 => ErrorKind.Internal,
        _ => ErrorKind.InvalidRequest,
    };

    private static int StatusOf(ErrorKind kind) => kind switch
    {
        ErrorKind.InvalidRequest => 400,
        ErrorKind.Authentication => 401,
        ErrorKind.Billing => 402,
        ErrorKind.PermissionDenied => 403,
        ErrorKind.NotFound => 404,
        ErrorKind.MethodNotAllowed => 405,
        ErrorKind.RequestTooLarge => 413,
        ErrorKind.RateLimited => 429,
        ErrorKind.Overloaded => 529,
        ErrorKind.Timeout => 504,
        ErrorKind.UpstreamUnavailable => 502,
        ErrorKind.NotSupported => 501,
        _ => 500,
    };
}
