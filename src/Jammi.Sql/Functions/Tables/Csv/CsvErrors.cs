using System.Text;
using Sylvan.Data.Csv;

namespace Jammi.Sql.Functions.Tables.Csv;

/// <summary>What may go wrong while a CSV file is read, with its file and line.</summary>
internal static class CsvErrors
{
    public static Exception Reading(string path, int line, Exception error) => error switch
    {
        DecoderFallbackException => new SqlException(SqlErrorCode.InvalidText, $"{path}, near line {line}: bytes that are no text in the file's encoding; name it, for example encoding => 'windows-1252'.", error),
        InvalidDataException or EndOfStreamException => FileErrors.Damaged(path, $"cannot be unpacked after line {line}; it may be damaged or cut short: {error.Message}", error),
        CsvFormatException => At(path, line, error.Message, error),
        IOException or UnauthorizedAccessException => FileErrors.Unreadable(path, error),
        _ => error,
    };

    public static SqlException At(string path, int line, string problem, Exception? error = null) => new(SqlErrorCode.InvalidText, $"{path}, line {line}: {problem}", error);
}
