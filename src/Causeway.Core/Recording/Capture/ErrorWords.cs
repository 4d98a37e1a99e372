using Causeway.Dialects.Canonical;

namespace Causeway.Core.Recording.Capture;

/// <summary>The kinds of errors in words, as the log tells them apart.</summary>
internal static class ErrorWords
{
    /// <summary>The word for a kind.</summary>
    public static string Of(ErrorKind kind) => kind switch
    {
        ErrorKind.InvalidRequest => "invalid_request",
        ErrorKind.Authentication => "authentication",
        ErrorKind.Billing => "billing",
        ErrorKind.PermissionDenied => "permission_denied",
        ErrorKind.NotFound => "not_found",
        ErrorKind.MethodNotAllowed => "method_not_allowed",
        ErrorKind.RequestTooLarge => "request_too_large",
        ErrorKind.RateLimited => "rate_limited",
        ErrorKind.Overloaded => "overloaded",
        ErrorKind.Timeout => "timeout",
        ErrorKind.UpstreamUnavailable => "upstream_unavailable",
        ErrorKind.Internal => "internal",
        ErrorKind.NotSupported => "not_supported",
        _ => "other",
    };
}
