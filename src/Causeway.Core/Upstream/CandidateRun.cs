using Causeway.Core.Configuration;
using Causeway.Core.Governance;
using Causeway.Core.Governance.Ledger;
using Causeway.Core.Governance.Limits;
using Causeway.Core.Pipeline;
using Causeway.Core.Routing;
using Causeway.Core.Upstream.Relay;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Upstream;

/// <summary>Asks one candidate: with one key after the other, and again after a pause, until there is something for the client or no use in trying.</summary>
internal sealed class CandidateRun(Exchange exchange, Candidate candidate, CandidateLine line, TimeProvider time, ClientStream? continued = null, Usage? before = null) : IDisposable
{
    private readonly List<KeyConfig> _tried = [];
    private readonly List<KeyConfig> _refused = [];
    private readonly KeyRing _keys = candidate.Provider.Keys.Only(exchange.Caller?.KeysOf(candidate.Provider.Name, candidate.Model));
    private GatewayError? _limit;
    private PreparedRequest? _prepared;
    private ClientStream? _client;
    private UpstreamCall? _call;
    private LimitPermit? _permit;
    private Reservation? _funds;
    private bool _noted;
    private Attempt? _paid;   // as it is in the ledger

    /// <summary>Who is asked.</summary>
    public Candidate Candidate => candidate;

    /// <summary>Why there is nothing for the client; null if there is.</summary>
    public GatewayError? Error { get; private set; }

    /// <summary>Stops it, where something else than the client may; disposed with it.</summary>
    public CancellationTokenSource? Stop { get; init; }

    /// <summary>Has it been opened, with or without success?</summary>
    public bool IsOver { get; private set; }

    /// <summary>The upstream's own error body, when it is what the client's dialect expects; else empty.</summary>
    public ReadOnlyMemory<byte> NativeError => _call is { } call && Error?.Status == call.Status ? call.NativeError : default;

    /// <summary>What the request could not carry.</summary>
    public LossReport Losses { get; } = new();

    /// <summary>The client's side of the stream; null if the answer is not streamed.</summary>
    public ClientStream? Client => _client;

    /// <summary>What the last call consumed.</summary>
    public Usage? Usage => _call?.Usage;

    /// <summary>The answer's id; null if unknown.</summary>
    public string? AnswerId => _call?.AnswerId;

    /// <summary>The key of the last call.</summary>
    public KeyConfig? Key => _call?.Key;

    /// <summary>Asks until there is something for the client; false, and <see cref="Error"/>, if there is none to be had.</summary>
    /// <param name="prepare">Writes the request.</param>
    /// <param name="abandon">Ends it.</param>
    public async Task<bool> OpenAsync(Func<Exchange, Candidate, Decoded<PreparedRequest>> prepare, CancellationToken abandon)
    {
        // :: Step 1: lane. Once a candidate: its retries send the same bytes.
        IsOver = true;
        exchange.RequestLosses = Losses;
        var prepared = prepare(exchange, candidate);
        Error = prepared.Error;
        if (!prepared.IsOk) return false;
        _prepared = prepared.Value;
        candidate.Provider.Retries.Earn();
        for (var retry = 0; ;)
        {
            // :: Step 2: key. After a refusal or at its limit another one, at once.
            abandon.ThrowIfCancellationRequested();
            var key = PickKey(out var none);
            if (none is null && (!await MayCallAsync() || (!exchange.Gateway.Books.IsEmpty && !await FundAsync(key, abandon)))) return false;
            Error = none ?? await CallAsync(key, abandon);
            if (Error is null) return true;
            if (key is not null && IsKeysOwn(Error) && exchange.Home is null)
            {
                _tried.Add(key);
                if (Error.Kind == ErrorKind.RateLimited) _limit = Error;
                else _refused.Add(key);
                if (_keys.HasOther(candidate.Model, _tried, IsResting)) continue;
                Error = _limit ?? Error;   // that one key is refused says less than that another is good, and at its limit
            }

            if (BackOff(retry++) is not { } pause) return false;
            await Task.Delay(pause, time, abandon);
        }
    }

    /// <summary>What the first answer consumed, and what this one has that goes on with it.</summary>
    public Usage? Sum => _call?.Splice is { } splice ? splice.Sum(Usage) : Usage;

    /// <summary>Gives the client what the upstream's headers say to it.</summary>
    public void CopyHeaders() => _call!.CopyHeaders();

    /// <summary>Step 4: sends the client what there is, and what comes. Null, or why it broke off; the client has not been told.</summary>
    public async ValueTask<GatewayError?> RelayAsync()
    {
        Error = Clean(await _call!.RelayAsync(Settle));
        Note(Error);
        if (Error is not null) _call.Dispose();   // another one may go on for minutes
        return Error;
    }

    /// <summary>What is not noted yet was abandoned: the client left, or another call was faster.</summary>
    public void Dispose()
    {
        if (_call is { IsSent: true } && !_noted) Add(Attempt.Abandoned, "nobody waited for the end");
        _noted = true;
        _permit?.Leave();   // a call that was not sent
        _funds?.Dispose();
        _call?.Dispose();
        _prepared?.Dispose();
        _client?.Dispose();
        Stop?.Dispose();
    }

    /// <summary>Do the rate limits of the provider and the model allow a call? They are not waited for: another candidate may have room.</summary>
    private async ValueTask<bool> MayCallAsync()
    {
        _permit?.Leave();
        (Error, _permit) = await exchange.Gateway.Limits.EnterAsync(exchange, candidate, time);
        return Error is null;
    }

    /// <summary>Do the budgets have the most that the call may cost? It is set aside until the call is over.</summary>
    private async ValueTask<bool> FundAsync(KeyConfig? key, CancellationToken abandon)
    {
        _funds?.Dispose();
        (_funds, var refusal) = await CallFunds.ReserveAsync(exchange, candidate, key?.Name, mayLower: continued is null, time, abandon);
        Error = refusal?.ToError();
        if (_funds is not { IsLowered: true, OutputTokens: var left }) return Error is null;
        exchange.RequestLosses = Losses;
        var lowered = Lane.Lowered(exchange, candidate, left);
        Error = lowered.Error;
        if (!lowered.IsOk) return false;
        _prepared!.Dispose();
        _prepared = lowered.Value;
        return true;
    }

    /// <summary>Step 3: one call.</summary>
    private async ValueTask<GatewayError?> CallAsync(KeyConfig? key, CancellationToken abandon)
    {
        _call?.Dispose();
        if (continued is null && exchange.Stream)
        {
            _client?.Dispose();   // what a failed call left there was seen by nobody
            _client = new ClientStream(exchange, candidate, _prepared!.IsSameDialect);
        }

        _noted = false;
        var splice = continued?.Spoken is { } spoken ? new StreamSplice(spoken, before) : null;
        _call = new UpstreamCall(exchange, candidate, _prepared!, key, time) { Splice = splice };
        var error = Clean(await _call.OpenAsync(continued ?? _client, abandon));
        if (error is null)
        {
            candidate.Provider.Health.Answered(candidate.Model, key, _call.Sent);
            return null;
        }

        Note(error);
        _call.Dispose();   // its place and its connection are not kept for a pause
        return error;
    }

    /// <summary>What a provider says of a failure, without secrets that it may quote: it goes to the client and to the log.</summary>
    private GatewayError? Clean(GatewayError? error) => error is null ? null : exchange.Gateway.Secrets.Redact(error);

    /// <summary>Remembers how a call ended: for the record, and for the choice of others.</summary>
    private void Note(GatewayError? error)
    {
        _noted = true;
        Add(error?.Status ?? 200, error?.Message);
        var health = candidate.Provider.Health;
        if (error is null || Settlement.IsOurs(error)) health.Succeeded(candidate.Model, Key, _call!.Sent);
        else if (_call!.IsSent && IsItsFault(error)) health.Failed(candidate.Model, Key, error, _call.Sent);
    }

    /// <summary>A deadline says something about a call that had most of the time; not about one that came last.</summary>
    private bool IsItsFault(GatewayError error) => error.Code != UpstreamFailure.Deadline || _call!.Elapsed >= exchange.Policy.Deadline / 2;

    private void Add(int status, string? why)
    {
        _call!.EndTrace();
        var attempt = AttemptOf(status, why);
        _permit?.Settle(Usage, status);
        if (_funds is { } funds) CallFunds.Settle(funds, exchange, _paid ?? attempt, time);
        lock (exchange.Trail) exchange.Trail.Add(attempt);   // two may run at a time
    }

    private Attempt AttemptOf(int status, string? why) => new(candidate, Key?.Name, status, _call!.Elapsed, why, Usage) { IsSettled = _paid is not null, Funds = _funds, Trace = _call.Trace };

    /// <summary>
    /// The answer is there: it is paid for, whether or not the client stays for its last bytes. What it holds of rate limits is given back before they
    /// leave: a client may ask again as soon as it has them.
    /// </summary>
    private GatewayError? Settle()
    {
        var answer = AttemptOf(200, null);
        if (Settlement.Settle(exchange, answer, time) is { } error) return error;
        _paid = answer;
        _permit?.Settle(Usage, 200);
        exchange.Limits?.Settle([.. exchange.Trail, answer]);
        return null;
    }

    /// <summary>Chooses the key, none if the provider wants none; an error if there is none for the model.</summary>
    private KeyConfig? PickKey(out GatewayError? error)
    {
        error = null;
        if (candidate.Provider.Config.IsKeyless) return null;
        var model = candidate.Model;
        var key = _keys.Count == 1
            ? _keys.Pick(model, _tried, seed: 0)
            : _keys.Pick(model, _tried, exchange.Seed, exchange.Home?.Key, IsResting, _refused);
        if (key is null) error = NoKey();
        return key;
    }

    private bool IsResting(KeyConfig key) => candidate.Provider.Health.IsResting(key, candidate.Model);

    private GatewayError NoKey()
    {
        var (provider, model) = (candidate.Provider, HeaderText.Clean(candidate.Model));
        if (provider.Keys.Count == 0)
            return new GatewayError(ErrorKind.Authentication, $"provider '{provider.Name}' has no usable key: set {provider.Config.Provider.KeyHint} and restart, or mend providers.{provider.Name}.keys");
        return provider.Keys.Pick(candidate.Model, [], seed: 0) is null
            ? new GatewayError(ErrorKind.PermissionDenied, $"no key of provider '{provider.Name}' may be used for model '{model}': see providers.{provider.Name}.keys[].models")
            : new GatewayError(ErrorKind.PermissionDenied, $"virtual key '{exchange.Caller?.Name}' may use none of the keys that provider '{provider.Name}' has for model '{model}': see key_ids of its entry for the provider") { Code = "key_blocked" };
    }

    /// <summary>The failure is the key's: another one may do.</summary>
    private static bool IsKeysOwn(GatewayError error) =>
        error.Kind is ErrorKind.Authentication or ErrorKind.PermissionDenied or ErrorKind.Billing or ErrorKind.RateLimited && !error.IsContentFilter;

    /// <summary>
    /// How long to wait before the next retry; null if none is to be made: retrying does not help or was done often enough, here or at the
    /// provider altogether, or the provider asks for more patience than is configured. Who is at a limit is waited for only if there is nobody else.
    /// </summary>
    private TimeSpan? BackOff(int retry)
    {
        var network = candidate.Provider.Config.Network;
        if (Error is not { IsRetryable: true } error || error.Code is Admission.Refused or UpstreamFailure.Deadline || retry >= network.MaxRetries) return null;
        if (error.Kind == ErrorKind.RateLimited && line.HasOther) return null;
        var longest = network.RetryBackoffMax.TotalMilliseconds;
        if (error.RetryAfterSeconds * 1000 > longest) return null;
#pragma warning disable CA5394 // spreading retries needs no secrecy
        var chance = Random.Shared.NextDouble();
#pragma warning restore CA5394
        var pause = TimeSpan.FromMilliseconds(error.RetryAfterSeconds is > 0 and var asked
            ? (asked * 1000) + (chance * Math.Min(asked * 100, 250))   // all who were told the same come back at the same time else
            : Math.Min(longest, network.RetryBackoffInitial.TotalMilliseconds * Math.Pow(2, retry)) * (0.5 + (chance / 2)));
        return !(pause >= exchange.TimeLeft(time)) && candidate.Provider.Retries.TrySpend() ? pause : null;
    }
}
