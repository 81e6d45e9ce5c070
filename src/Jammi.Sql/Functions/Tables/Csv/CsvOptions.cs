using System.Text;
using Sylvan.Data.Csv;

namespace Jammi.Sql.Functions.Tables.Csv;

/// <summary>How CSV files are read.</summary>
/// <param name="Header">Whether the first record names the columns; null: it does when none of its values looks like data.</param>
/// <param name="Delimiter">Between fields.</param>
/// <param name="Quote">Around fields; within one it is doubled.</param>
/// <param name="NullText">The field that means NULL, unless it is quoted.</param>
/// <param name="SampleRows">Records looked at to find the types; negative: all.</param>
/// <param name="Skip">Lines before the first record.</param>
/// <param name="IgnoreErrors">Whether rows that do not fit are left out.</param>
internal sealed record CsvOptions(bool? Header, char Delimiter, char Quote, string NullText, int SampleRows, int Skip, Encoding Encoding, string Compression, bool IgnoreErrors)
{
    const int LongestRecord = 1 << 28;

    /// <summary>The reader cannot do without a character that begins comments: one that Unicode keeps out of texts.</summary>
    const char NoComment = '\uFFFF';

    /// <summary>The file's records, the header among them.</summary>
    public CsvDataReader Open(string path)
    {
        StreamReader text = InputFile.OpenText(path, Compression, Encoding);
        try
        {
            for (int line = 0; line < Skip; line++)
            {
                text.ReadLine();
            }

            return CsvDataReader.Create(text, new CsvDataReaderOptions
            {
                HasHeaders = false,
                Delimiter = Delimiter,
                Quote = Quote,
                Escape = Quote,
                Comment = NoComment,
                MaxBufferSize = LongestRecord,
            });
        }
        catch (Exception error)
        {
            text.Dispose();
            throw CsvErrors.Reading(path, Skip + 1, error);
        }
    }
}
