using Jammi.Sql.Execution;

namespace Jammi.Data;

/// <summary>How far a long operation of a connection is.</summary>
public sealed class JammiProgressEventArgs : EventArgs
{
    internal JammiProgressEventArgs(OperationProgress progress)
    {
        Operation = progress.Operation;
        Subject = progress.Subject;
        Done = progress.Done;
        Total = progress.Total;
        UnitsPerSecond = progress.UnitsPerSecond;
    }

    /// <summary>What runs, for example <c>generate_image_embeddings</c>.</summary>
    public string Operation { get; }

    /// <summary>On what, for example the table's name.</summary>
    public string Subject { get; }

    /// <summary>Rows finished.</summary>
    public long Done { get; }

    /// <summary>Rows in all, or null when unknown.</summary>
    public long? Total { get; }

    /// <summary>Rows a second so far; 0 while unknown.</summary>
    public double UnitsPerSecond { get; }

    /// <summary>Time to go at the present rate, or null when unknown.</summary>
    public TimeSpan? Remaining => Total is { } total && UnitsPerSecond > 0 ? TimeSpan.FromSeconds((total - Done) / UnitsPerSecond) : null;
}
