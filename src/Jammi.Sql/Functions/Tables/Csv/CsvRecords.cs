using Apache.Arrow;
using Sylvan.Data.Csv;

namespace Jammi.Sql.Functions.Tables.Csv;

/// <summary>Records of one file as text columns, with the line each began on.</summary>
internal sealed class CsvRecords : IDisposable
{
    readonly string path;
    readonly CsvOptions options;
    readonly CsvDataReader reader;
    int width;
    int nextLine;
    bool pending;

    public CsvRecords(string path, CsvOptions options)
    {
        this.path = path;
        this.options = options;
        nextLine = options.Skip + 1;
        reader = options.Open(path);
    }

    /// <summary>Lines on which the records of the last batch began.</summary>
    public List<int> Lines { get; } = [];

    /// <summary>The first record, which sets the number of fields; null for an empty file. It stays to be read as data unless <see cref="SkipFirst"/>.</summary>
    public string[]? ReadFirst()
    {
        if (!Advance())
        {
            return null;
        }

        pending = true;
        width = reader.RowFieldCount;
        var fields = new string[width];
        for (int i = 0; i < width; i++)
        {
            fields[i] = reader.GetFieldSpan(i).ToString();
        }

        return fields;
    }

    /// <summary>Takes the first record for the header.</summary>
    public void SkipFirst()
    {
        pending = false;
        CountLines();
    }

    /// <summary>Up to <paramref name="most"/> records: a text column for each wanted field. The number of records is that of <see cref="Lines"/>; none at the end.</summary>
    public IArrowArray[] ReadColumns(ReadOnlySpan<int> fields, int most)
    {
        Lines.Clear();
        var columns = new TextColumn[fields.Length];
        for (int i = 0; i < columns.Length; i++)
        {
            columns[i] = new TextColumn();
        }

        while (Lines.Count < most && (pending || Advance()))
        {
            pending = false;
            if (IsRow())
            {
                Lines.Add(nextLine);
                for (int i = 0; i < columns.Length; i++)
                {
                    ReadOnlySpan<char> text = reader.GetFieldSpan(fields[i]);
                    if (text.SequenceEqual(options.NullText) && !IsQuoted(fields[i]))
                    {
                        columns[i].AppendNull();
                    }
                    else
                    {
                        columns[i].Append(text);
                    }
                }
            }

            CountLines();
        }

        return System.Array.ConvertAll(columns, c => c.Build());
    }

    public void Dispose() => reader.Dispose();

    bool Advance()
    {
        try
        {
            return reader.Read();
        }
        catch (Exception error)
        {
            throw CsvErrors.Reading(path, nextLine, error);
        }
    }

    /// <summary>Whether the record is a row: a blank line among rows of several fields is none.</summary>
    bool IsRow()
    {
        if (reader.RowFieldCount == width)
        {
            return true;
        }

        if (options.IgnoreErrors || (reader.RowFieldCount == 1 && reader.GetRawRecordSpan().IsWhiteSpace()))
        {
            return false;
        }

        throw CsvErrors.At(path, nextLine, $"{reader.RowFieldCount} field{(reader.RowFieldCount == 1 ? "" : "s")}, where the first line has {width}.");
    }

    /// <summary>Whether the field is quoted in the file: then its text is text, even if it reads like NULL.</summary>
    bool IsQuoted(int field)
    {
        ReadOnlySpan<char> record = reader.GetRawRecordSpan();
        if (!record.Contains(options.Quote))
        {
            return false;
        }

        int start = 0;
        for (int i = 0; i < field && start < record.Length; i++)
        {
            start = FieldEnd(record, start) + 1;
        }

        return start < record.Length && record[start] == options.Quote;
    }

    /// <summary>Where the field that begins at <paramref name="start"/> ends.</summary>
    int FieldEnd(ReadOnlySpan<char> record, int start)
    {
        if (start < record.Length && record[start] == options.Quote)
        {
            start++;
            while (start < record.Length && (record[start] != options.Quote || (start + 1 < record.Length && record[start + 1] == options.Quote)))
            {
                start += record[start] == options.Quote ? 2 : 1;
            }

            return start + 1;
        }

        int length = record[start..].IndexOf(options.Delimiter);
        return length < 0 ? record.Length : start + length;
    }

    void CountLines() => nextLine += 1 + reader.GetRawRecordSpan().TrimEnd("\r\n").Count('\n');
}
