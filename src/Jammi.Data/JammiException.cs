using System.Data.Common;
using Jammi.Inference;
using Jammi.Sql;

namespace Jammi.Data;

/// <summary>
/// An error of Jammi: of the SQL text (with line and column), of the data, of a model, or of the database's files.
/// </summary>
public sealed class JammiException : DbException
{
    internal JammiException(string message, string sqlState, int line = 0, int column = 0, bool isTransient = false, Exception? innerException = null)
        : base(message, innerException)
    {
        SqlState = sqlState;
        Line = line;
        Column = column;
        IsTransient = isTransient;
    }

    /// <summary>The five-character SQLSTATE; PostgreSQL's code where one fits.</summary>
    public override string SqlState { get; }

    /// <summary>One-based line of the offending text in the command, or 0 where the error has no place in it.</summary>
    public int Line { get; }

    /// <summary>One-based column (in characters) of the offending text, or 0.</summary>
    public int Column { get; }

    /// <summary>Whether the same statement may succeed when it is tried again (another writer was in the way).</summary>
    public override bool IsTransient { get; }

    /// <summary>The command of a batch that failed, or null.</summary>
    public new JammiBatchCommand? BatchCommand => BatchSource;

    /// <inheritdoc/>
    protected override DbBatchCommand? DbBatchCommand => BatchSource;

    internal JammiBatchCommand? BatchSource { get; set; }

    internal static JammiException From(SqlException error, string? commandText)
    {
        (string message, int line, int column) = SourceText.Locate(error.Message, error.Position, commandText);
        return new(message, error.SqlState, line, column, error.Code == SqlErrorCode.Busy, error);
    }

    internal static JammiException From(InferenceException error) => new(
        error.Message,
        error.Error switch
        {
            InferenceError.ModelNotFound => "58P01",
            InferenceError.NotSupported => "0A000",
            InferenceError.InvalidInput => "22023",
            _ => "58030",
        },
        innerException: error);
}
