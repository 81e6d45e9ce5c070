using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace Jammi.Data;

/// <summary>One command of a <see cref="JammiBatch"/>: statements with parameters of their own.</summary>
public sealed class JammiBatchCommand : DbBatchCommand
{
    int recordsAffected = -1;

    /// <summary>Creates an empty command.</summary>
    public JammiBatchCommand()
    {
    }

    /// <summary>Creates a command.</summary>
    public JammiBatchCommand(string? commandText) => CommandText = commandText;

    /// <inheritdoc/>
    [AllowNull]
    public override string CommandText { get => field; set => field = value ?? string.Empty; } = string.Empty;

    /// <summary>Text, or TableDirect for all rows of the table named by the text.</summary>
    /// <exception cref="NotSupportedException">The value is StoredProcedure: there are none.</exception>
    public override CommandType CommandType
    {
        get;
        set => field = CommandTypes.Supported(value);
    } = CommandType.Text;

    /// <summary>The rows that the command changed when the batch was last run; -1 when it changes none, or has not run.</summary>
    public override int RecordsAffected => recordsAffected;

    /// <summary>The parameters of this command.</summary>
    public new JammiParameterCollection Parameters { get; } = new();

    /// <inheritdoc/>
    public override bool CanCreateParameter => true;

    /// <inheritdoc/>
    protected override DbParameterCollection DbParameterCollection => Parameters;

    /// <summary>Creates a parameter; add it to <see cref="Parameters"/>.</summary>
    public override JammiParameter CreateParameter() => new();

    internal void ResetCount() => recordsAffected = -1;

    internal void Count(int affected) => recordsAffected = Math.Max(recordsAffected, 0) + affected;
}
