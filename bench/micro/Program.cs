using System.Diagnostics;
using Causeway.Bench;
using Causeway.Core.Governance;

if (args is ["books"])
{
    Books();
    return;
}

if (args is ["record"])
{
    Record();
    return;
}

if (args is ["redact"])
{
    RedactCase.Run();
    return;
}

if (args is ["trace"])
{
    Trace();
    return;
}

Console.WriteLine("Authenticate and Route, per request, with 10,000 virtual keys: microseconds (median and best of 41 runs) and bytes allocated.");
Console.WriteLine();
Console.WriteLine("| body | rules | that ask for | the last one | µs | best µs | bytes |");
Console.WriteLine("| ---: | ---: | --- | --- | ---: | ---: | ---: |");
foreach (var size in (int[])[1 << 10, 100 << 10])
{
    RoutingCase.Run(size, rules: 0, matches: false, Asks.Head);
    foreach (var asks in Enum.GetValues<Asks>())
    {
        RoutingCase.Run(size, rules: 200, matches: false, asks);
        RoutingCase.Run(size, rules: 200, matches: true, asks);
    }
}

Console.WriteLine();
Console.WriteLine("Admit, its headers and the settlement, per request, with 100,000 virtual keys.");
Console.WriteLine();
Console.WriteLine("| limits of each key | keys | µs | best µs | bytes |");
Console.WriteLine("| --- | --- | ---: | ---: | ---: |");
AdmitCase.Run("none", takeTurns: true, null);
foreach (var takeTurns in (bool[])[false, true])
{
    AdmitCase.Run("requests", takeTurns, id => new RateLimit { Id = id, Scope = new Scope { VirtualKey = id }, Requests = 1_000_000 });
    AdmitCase.Run("requests, tokens, concurrency", takeTurns, id => new RateLimit { Id = id, Scope = new Scope { VirtualKey = id }, Requests = 1_000_000, Tokens = 1_000_000_000, Concurrency = 100_000 });
}

Console.WriteLine();
Books();
Console.WriteLine();
Record();
Console.WriteLine();
RedactCase.Run();
Console.WriteLine();
Trace();

static void Books()
{
    Console.WriteLine("Authenticate, reserve and settle, per request, with 100,000 virtual keys that each have a budget, and three more budgets that cover the request.");
    Console.WriteLine();
    Console.WriteLine("| body | window | worst case | µs | best µs | bytes |");
    Console.WriteLine("| ---: | --- | --- | ---: | ---: | ---: |");
    foreach (var window in (string[])["30d", "monthly"])
    {
        BooksCase.Run(1 << 10, window, withWorst: false);
        BooksCase.Run(100 << 10, window, withWorst: true);
    }
}

static void Record()
{
    Console.WriteLine("What is counted of an exchange when it is over, with its tokens and its cost.");
    Console.WriteLine();
    Console.WriteLine("| attempts | keys that take turns | µs | best µs | bytes |");
    Console.WriteLine("| ---: | ---: | ---: | ---: | ---: |");
    foreach (var attempts in (int[])[1, 3])
    {
        RecordCase.Run(attempts, keys: 1);
        RecordCase.Run(attempts, keys: 100);
    }

    Console.WriteLine();
    Console.WriteLine("What the request log takes of an exchange on the request's path, with an answer of 1 KB.");
    Console.WriteLine();
    Console.WriteLine("| content | request | µs | best µs | bytes |");
    Console.WriteLine("| --- | ---: | ---: | ---: | ---: |");
    foreach (var content in (string[])["drop", "redact"])
    {
        LogCase.Run(content, 1 << 10);
        LogCase.Run(content, 100 << 10);
    }

    Console.WriteLine();
    Console.WriteLine("What the log keeps of the requests of a session of 100 requests, in thousands of bytes: as they came, each packed alone, and what is said again kept once.");
    Console.WriteLine();
    Console.WriteLine("| content | as they came | each alone | once | MB a request | µs a request, beside it |");
    Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: |");
    PackCase.Run(isRedacted: false);
    PackCase.Run(isRedacted: true);
}

static void Trace()
{
    Console.WriteLine("Spans and OpenTelemetry's metrics of an exchange with one call, with a listener that does nothing.");
    Console.WriteLine();
    Console.WriteLine("| what is told | µs | best µs | bytes |");
    Console.WriteLine("| --- | ---: | ---: | ---: |");
    TraceCase.Run("metrics", sampling: null, metrics: true);
    TraceCase.Run("spans that are not recorded", ActivitySamplingResult.PropagationData, metrics: false);
    TraceCase.Run("spans", ActivitySamplingResult.AllDataAndRecorded, metrics: false);
    TraceCase.Run("both", ActivitySamplingResult.AllDataAndRecorded, metrics: true);
}
