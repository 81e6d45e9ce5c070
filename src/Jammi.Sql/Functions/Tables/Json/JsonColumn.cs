using System.Text.Json;
using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Functions.Casts;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Tables.Json;

/// <summary>A column in the making out of JSON values.</summary>
internal abstract class JsonColumn
{
    /// <summary>Makes a column for values of a SQL type.</summary>
    public static JsonColumn For(SqlType type) => type.Kind switch
    {
        SqlTypeKind.List => new JsonListColumn(type, For(type.Element!)),
        SqlTypeKind.Vector or SqlTypeKind.HalfVector => new JsonListColumn(type, For(SqlType.Real)),
        _ => new JsonScalarColumn(type),
    };

    public abstract int Count { get; }

    public abstract void AppendNull();

    /// <summary>Takes the value at the reader, which is then at its end. <paramref name="record"/> is what the reader reads.</summary>
    public abstract void Append(ref Utf8JsonReader reader, ReadOnlySpan<byte> record);

    /// <summary>The column; where a value is none of the type, its row and how it is written.</summary>
    public abstract IArrowArray Build(out (int Row, string Text)? problem);

    /// <summary>Reads over the value at the reader and gives it as it is written.</summary>
    protected static ReadOnlySpan<byte> Raw(ref Utf8JsonReader reader, ReadOnlySpan<byte> record)
    {
        int start = (int)reader.TokenStartIndex;
        reader.Skip();
        return record[start..(int)reader.BytesConsumed];
    }
}

/// <summary>Values without parts. They are gathered as text and read as their type all at once; as TEXT an array or an object is its JSON.</summary>
internal sealed class JsonScalarColumn(SqlType type) : JsonColumn
{
    readonly TextColumn texts = new();

    public override int Count => texts.Count;

    public override void AppendNull() => texts.AppendNull();

    public override void Append(ref Utf8JsonReader reader, ReadOnlySpan<byte> record)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                texts.AppendNull();
                break;
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                texts.Append(Raw(ref reader, record));
                break;
            case JsonTokenType.String when reader.ValueIsEscaped:
                texts.EndRow(reader.CopyString(texts.GetSpan(reader.ValueSpan.Length)));
                break;
            default:
                texts.Append(reader.ValueSpan);
                break;
        }
    }

    public override IArrowArray Build(out (int Row, string Text)? problem)
    {
        IArrowArray written = texts.Build();
        IArrowArray values = CastKernels.Cast(ColumnarValue.Column(written), SqlType.Text, type, tryCast: true, written.Length);
        problem = null;
        for (int row = 0; values.NullCount != written.NullCount && row < values.Length; row++)
        {
            if (Cells.IsNull(values, row) && !Cells.IsNull(written, row))
            {
                problem = (row, CastKernels.CellText(SqlType.Text, written, row));
                break;
            }
        }

        return values;
    }
}

/// <summary>Arrays as lists or vectors.</summary>
internal sealed class JsonListColumn(SqlType type, JsonColumn items) : JsonColumn
{
    readonly List<int> ends = [0];
    readonly List<int> nulls = [];
    (int Row, string Text)? failure;

    public override int Count => ends.Count - 1;

    public override void AppendNull()
    {
        nulls.Add(Count);
        ends.Add(items.Count);
    }

    public override void Append(ref Utf8JsonReader reader, ReadOnlySpan<byte> record)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            if (reader.TokenType != JsonTokenType.Null)
            {
                failure ??= (Count, System.Text.Encoding.UTF8.GetString(Raw(ref reader, record)));
            }

            AppendNull();
            return;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            items.Append(ref reader, record);
        }

        ends.Add(items.Count);
    }

    public override IArrowArray Build(out (int Row, string Text)? problem)
    {
        IArrowArray values = items.Build(out (int Row, string Text)? within);
        problem = failure ?? (within is { } item ? (RowOf(item.Row), item.Text) : null);
        byte[] offsets = new byte[ends.Count * sizeof(int)];
        for (int i = 0; i < ends.Count; i++)
        {
            BitConverter.TryWriteBytes(offsets.AsSpan(i * sizeof(int)), ends[i]);
        }

        byte[] validity = new byte[ColumnFactory.BitmapBytes(Count)];
        validity.AsSpan().Fill(0xFF);
        nulls.ForEach(row => Validity.Clear(validity, row));
        SqlType list = type.IsVector ? SqlType.List(SqlType.Real) : type;
        IArrowArray lists = ColumnFactory.FromBuffers(list, Count, nulls.Count, nulls.Count == 0 ? ArrowBuffer.Empty : new ArrowBuffer(validity), [new ArrowBuffer(offsets)], values);
        return type == list || problem is not null ? lists : ToVectors(lists, list, out problem);
    }

    IArrowArray ToVectors(IArrowArray lists, SqlType list, out (int Row, string Text)? problem)
    {
        IArrowArray vectors = CastKernels.Cast(ColumnarValue.Column(lists), list, type, tryCast: true, lists.Length);
        problem = null;
        for (int row = 0; vectors.NullCount != lists.NullCount && row < lists.Length; row++)
        {
            if (vectors.IsNull(row) && !lists.IsNull(row))
            {
                problem = (row, CastKernels.CellText(list, lists, row));
                break;
            }
        }

        return vectors;
    }

    int RowOf(int item)
    {
        int row = 0;
        while (ends[row + 1] <= item)
        {
            row++;
        }

        return row;
    }
}
