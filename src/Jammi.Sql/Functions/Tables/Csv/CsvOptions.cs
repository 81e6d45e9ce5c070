using Sylvan.Data.Csv;

namespace Jammi.Sql.Functions.Tables.Csv;

/// <summary>How CSV files are read.</summary>
/// <param name="Header">Whether the first record names the columns; null: it does when none of its values looks like data.</param>
/// <param name="Delimiter">Between fields; null: found from the first record.</param>
/// <param name="NullText">The field that means NULL.</param>
/// <param name="SampleRows">Records looked at to find the types; negative: all.</param>
internal sealed record CsvOptions(bool? Header, char? Delimiter, string NullText, int SampleRows)
{
    const int LongestRecord = 1 << 28;

    /// <summary>The file's records, the header among them.</summary>
    public CsvDataReader Open(string path)
    {
        var options = new CsvDataReaderOptions
        {
            HasHeaders = false,
            Delimiter = Delimiter,
            Comment = '\0',
            MaxBufferSize = LongestRecord,
        };
        try
        {
            return CsvDataReader.Create(path, options);
        }
        catch (CsvFormatException error)
        {
            throw new SqlException(SqlErrorCode.InvalidText, $"{path}, line 1: {error.Message}", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SqlException(SqlErrorCode.Io, $"{path} cannot be read: {error.Message}", error);
        }
    }
}
