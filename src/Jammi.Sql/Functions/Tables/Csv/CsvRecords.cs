using Apache.Arrow;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Types;
using Sylvan.Data.Csv;

namespace Jammi.Sql.Functions.Tables.Csv;

/// <summary>Records of one file as text columns, with the line each began on.</summary>
internal sealed class CsvRecords : IDisposable
{
    readonly string path;
    readonly CsvOptions options;
    readonly CsvDataReader reader;
    int width;
    int nextLine = 1;
    bool pending;

    public CsvRecords(string path, CsvOptions options)
    {
        this.path = path;
        this.options = options;
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
            columns[i] = new TextColumn(options.NullText);
        }

        while (Lines.Count < most && (pending || Advance()))
        {
            pending = false;
            CheckWidth();
            Lines.Add(nextLine);
            for (int i = 0; i < columns.Length; i++)
            {
                columns[i].Append(reader.GetFieldSpan(fields[i]));
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
        catch (CsvFormatException error)
        {
            throw new SqlException(SqlErrorCode.InvalidText, $"{path}, line {nextLine}: {error.Message}", error);
        }
        catch (IOException error)
        {
            throw new SqlException(SqlErrorCode.Io, $"{path} cannot be read: {error.Message}", error);
        }
    }

    void CheckWidth()
    {
        if (reader.RowFieldCount != width)
        {
            throw new SqlException(SqlErrorCode.InvalidText, $"{path}, line {nextLine}: {reader.RowFieldCount} field{(reader.RowFieldCount == 1 ? "" : "s")}, where the first line has {width}.");
        }
    }

    void CountLines() => nextLine += 1 + reader.GetRawRecordSpan().TrimEnd("\r\n").Count('\n');

    /// <summary>UTF-8 text in the making.</summary>
    sealed class TextColumn(string nullText)
    {
        readonly List<int> nulls = [];
        byte[] data = new byte[1024];
        byte[] offsets = new byte[64 * sizeof(int)];
        int count;
        int length;

        public void Append(ReadOnlySpan<char> text)
        {
            if (text.SequenceEqual(nullText))
            {
                nulls.Add(count);
            }
            else
            {
                int most = System.Text.Encoding.UTF8.GetMaxByteCount(text.Length);
                if (data.Length - length < most)
                {
                    System.Array.Resize(ref data, Math.Max(length + most, data.Length * 2));
                }

                length += System.Text.Encoding.UTF8.GetBytes(text, data.AsSpan(length));
            }

            count++;
            if (offsets.Length < (count + 1) * sizeof(int))
            {
                System.Array.Resize(ref offsets, offsets.Length * 2);
            }

            BitConverter.TryWriteBytes(offsets.AsSpan(count * sizeof(int)), length);
        }

        public IArrowArray Build() => ColumnFactory.FromBuffers(
            SqlType.Text,
            count,
            nulls.Count,
            ValidityBits(),
            [new ArrowBuffer(offsets.AsMemory(0, (count + 1) * sizeof(int))), new ArrowBuffer(data.AsMemory(0, length))]);

        ArrowBuffer ValidityBits()
        {
            if (nulls.Count == 0)
            {
                return ArrowBuffer.Empty;
            }

            byte[] bits = new byte[ColumnFactory.BitmapBytes(count)];
            bits.AsSpan().Fill(0xFF);
            foreach (int row in nulls)
            {
                Validity.Clear(bits, row);
            }

            return new ArrowBuffer(bits);
        }
    }
}
