using Causeway.Bench;

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
