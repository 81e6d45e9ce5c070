using System.Text;
using System.Text.Json;
using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Plans;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.Functions.Tables.Json;

/// <summary>Reads JSON files one after the other. Values of keys that nobody asks for are read over; a key that an object lacks is NULL.</summary>
internal sealed class JsonSource(IReadOnlyList<string> files, string compression, IReadOnlyList<string> keys, PlanSchema schema) : TableSource
{
    public override string Describe() => files.Count == 1 ? files[0] : $"{files.Count} files, {files[0]} first";

    public override BatchReader Open(TableSourceInput input, IReadOnlyList<int> projection, ExecutionContext context) =>
        new EnumeratedReader(Read([.. projection], context));

    IEnumerable<ColumnBatch> Read(int[] projection, ExecutionContext context)
    {
        byte[][] names = System.Array.ConvertAll(projection, p => Encoding.UTF8.GetBytes(keys[p]));
        foreach (string path in files)
        {
            using JsonRecords records = JsonRecords.Open(path, compression);
            while (ReadBatch(path, records, projection, names, context) is { } batch)
            {
                yield return batch;
            }
        }
    }

    ColumnBatch? ReadBatch(string path, JsonRecords records, int[] projection, byte[][] names, ExecutionContext context)
    {
        context.ThrowIfCancelled();
        JsonColumn[] columns = System.Array.ConvertAll(projection, p => JsonColumn.For(schema[p].Type));
        var lines = new List<long>();
        while (lines.Count < context.BatchRows && records.Next())
        {
            ReadObject(records.Current.Span, columns, names, lines.Count);
            lines.Add(records.Line);
        }

        if (lines.Count == 0)
        {
            return null;
        }

        var arrays = new IArrowArray[columns.Length];
        for (int i = 0; i < arrays.Length; i++)
        {
            arrays[i] = columns[i].Build(out (int Row, string Text)? problem);
            if (problem is { } bad)
            {
                OutputColumn column = schema[projection[i]];
                throw new SqlException(SqlErrorCode.InvalidText, $"{path}, line {lines[bad.Row]}: {Shorten(bad.Text)} in column \"{column.Name}\" is no {column.Type}; the column's type was found from the first rows or given: sample => -1 looks at all rows, columns => 'name TYPE, ...' sets the types.");
            }
        }

        return new ColumnBatch(arrays, lines.Count);
    }

    /// <summary>Appends one row. Objects of a file mostly have their keys in one order, so the key after the last one found is tried first.</summary>
    static void ReadObject(ReadOnlySpan<byte> record, JsonColumn[] columns, byte[][] names, int row)
    {
        var reader = new Utf8JsonReader(record, new JsonReaderOptions { MaxDepth = JsonRecords.MaxDepth });
        reader.Read();
        int next = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            int place = next < names.Length && reader.ValueTextEquals(names[next]) ? next : Find(ref reader, names);
            reader.Read();
            if (place >= 0 && columns[place].Count == row)
            {
                columns[place].Append(ref reader, record);
                next = place + 1;
            }
            else
            {
                reader.Skip();
            }
        }

        foreach (JsonColumn column in columns)
        {
            if (column.Count == row)
            {
                column.AppendNull();
            }
        }
    }

    static int Find(ref Utf8JsonReader reader, byte[][] names)
    {
        for (int i = 0; i < names.Length; i++)
        {
            if (reader.ValueTextEquals(names[i]))
            {
                return i;
            }
        }

        return -1;
    }

    static string Shorten(string text) => text.Length <= 80 ? $"'{text}'" : $"'{text[..80]}…'";
}
