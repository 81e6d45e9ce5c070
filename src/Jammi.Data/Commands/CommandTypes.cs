using System.Data;

namespace Jammi.Data;

/// <summary>What a command's text means.</summary>
static class CommandTypes
{
    /// <summary>The type, where it is one that has a meaning here.</summary>
    /// <exception cref="NotSupportedException">StoredProcedure: there are none.</exception>
    public static CommandType Supported(CommandType type) => type switch
    {
        CommandType.Text or CommandType.TableDirect => type,
        CommandType.StoredProcedure => throw new NotSupportedException("CommandType.StoredProcedure is not supported: there are no stored procedures; call functions in SELECT."),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "This is not a CommandType."),
    };

    /// <summary>The statements that run: the text itself, or all rows of the table that it names (quoted by the caller, or with dots between plain parts).</summary>
    public static string Statement(string text, CommandType type) => type != CommandType.TableDirect ? text
        : $"SELECT * FROM {(text.Contains('"', StringComparison.Ordinal) ? text : SqlText.QualifiedName(text.Trim()))}";
}
