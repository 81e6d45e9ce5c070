using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Jammi.Inference.Planning;

/// <summary>Remembers plans for a model, a tower and a machine in the user's cache directory.</summary>
internal static class PlanCache
{
    /// <param name="subject">What was measured: model, tower, precision.</param>
    public static BatchPlan? Find(string subject) =>
        UserCache.TryRead(PathOf(subject)) is { } bytes && Encoding.UTF8.GetString(bytes).Split(' ') is [var rows, var calls, var threads]
        && int.TryParse(rows, CultureInfo.InvariantCulture, out int r) && int.TryParse(calls, CultureInfo.InvariantCulture, out int c) && int.TryParse(threads, CultureInfo.InvariantCulture, out int t)
        && r is > 0 and <= 4_096 && c is > 0 and <= 4_096 && t >= 0
            ? new(r, c, t)
            : null;

    /// <summary>False where nothing can be written: it is measured again next time.</summary>
    public static bool Remember(string subject, BatchPlan plan) =>
        UserCache.TryWrite(PathOf(subject), stream => stream.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{plan.Rows} {plan.Calls} {plan.Threads}"))));

    /// <summary>Home directories are shared between machines, so the machine is part of the name.</summary>
    static string PathOf(string subject) => UserCache.PathOf(
        "plans",
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{subject}|{Environment.MachineName}|{Environment.ProcessorCount}"))));
}
