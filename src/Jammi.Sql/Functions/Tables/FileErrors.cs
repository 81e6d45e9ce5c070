using System.Text.RegularExpressions;

namespace Jammi.Sql.Functions.Tables;

/// <summary>What file libraries throw, as errors that name the file.</summary>
internal static partial class FileErrors
{
    /// <summary>Opens a file to read.</summary>
    /// <exception cref="SqlException">Io: it is not there, is a directory, or may not be read.</exception>
    public static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1 << 16, FileOptions.SequentialScan);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, error);
        }
    }

    public static SqlException Unreadable(string path, Exception error) => new(SqlErrorCode.Io, $"{path} cannot be read: {Message(error)}", error);

    public static SqlException Damaged(string path, string what, Exception? error = null) => new(SqlErrorCode.DataCorrupted, $"{path} {what}", error);

    /// <summary>A library's error while it read the file: its own errors stay, the device's are Io, all else means that the file is damaged.</summary>
    /// <param name="format">What the file should be, for example "Parquet".</param>
    public static Exception Reading(string path, string format, Exception error) => error switch
    {
        AggregateException { InnerException: { } inner } => Reading(path, format, inner),
        OperationCanceledException => error,
        SqlException { Code: SqlErrorCode.Internal } => error,
        SqlException sql when sql.Message.StartsWith(path, StringComparison.Ordinal) => sql,
        SqlException sql => new SqlException(sql.Code, $"{path}: {sql.Message}", sql),
        IOException or UnauthorizedAccessException when error is not (EndOfStreamException or InvalidDataException) => Unreadable(path, error),
        OutOfMemoryException => error,
        _ => Damaged(path, $"cannot be read as {format}; it may be damaged or cut short: {Message(error)}", error),
    };

    /// <summary>The message without the C++ names that ParquetSharp puts around it.</summary>
    public static string Message(Exception error) => Wrapped().Match(error.Message) is { Success: true } match ? match.Groups["message"].Value : error.Message;

    [GeneratedRegex(@"\(message: '(?<message>.*)'\)\s*$", RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Wrapped();
}
