namespace Jammi.Inference;

/// <summary>How many rows of many are embedded fastest.</summary>
/// <param name="Rows">Rows to hand in with a call.</param>
/// <param name="Calls">Calls to make at the same time.</param>
/// <param name="Threads">Threads that a call works with; 0 for one per processor.</param>
public readonly record struct BatchPlan(int Rows, int Calls, int Threads);
