namespace Causeway.Core.Governance;

/// <summary>Where an entry of the ledger is counted.</summary>
/// <param name="Budget">The budget's id.</param>
/// <param name="Slot">The beginning of the slot of time.</param>
/// <param name="Ends">When the slot counts no longer.</param>
public readonly record struct Booking(string Budget, DateTimeOffset Slot, DateTimeOffset Ends);
