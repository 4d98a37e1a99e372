using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Causeway.Core.Recording.Tracing;

/// <summary>The trace that a request belongs to, in headers: https://www.w3.org/TR/trace-context/.</summary>
public static class TraceHeaders
{
    /// <summary>The trace's id, the caller's span, and whether it is recorded.</summary>
    public const string Parent = "traceparent";

    /// <summary>What systems that take part in the trace say to each other.</summary>
    public const string State = "tracestate";

    /// <summary>The client's span; none if it gave none, or not just one that is well-formed.</summary>
    public static ActivityContext Read(IHeaderDictionary client)
    {
        if (client[Parent] is not [{ Length: > 0 } parent]) return default;
        var state = client[State] is { Count: > 0 } states ? string.Join(',', (IEnumerable<string?>)states) : null;
        return ActivityContext.TryParse(parent, state, isRemote: true, out var context) ? context : default;
    }

    /// <summary>Tells an upstream of the span that its call is; without one, of the client's as it came.</summary>
    public static void Write(HttpRequestMessage upstream, IHeaderDictionary client, Activity? span)
    {
        var headers = upstream.Headers;
        if (span is not null)
        {
            headers.TryAddWithoutValidation(Parent, span.Id);
            if (span.TraceStateString is { Length: > 0 } state) headers.TryAddWithoutValidation(State, state);
            return;
        }

        Copy(Parent, client[Parent]);
        Copy(State, client[State]);

        void Copy(string name, StringValues values)
        {
            if (values.Count > 0) headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
        }
    }
}
