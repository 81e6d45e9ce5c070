using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Text;

/// <summary>The arguments of a text function: UTF-8 texts and BIGINTs by position.</summary>
internal readonly ref struct TextArguments(ReadOnlySpan<ColumnarValue> values)
{
    readonly ReadOnlySpan<ColumnarValue> values = values;

    public int Count => values.Length;

    public ReadOnlySpan<byte> Text(int argument, int row) => new BytesColumn(values[argument])[row];

    public string String(int argument, int row) => System.Text.Encoding.UTF8.GetString(Text(argument, row));

    public long Integer(int argument, int row) => new FixedColumn<long>(values[argument])[row];

    /// <summary>An integer as a number of characters or repetitions: kept within what a text can hold.</summary>
    public int Length(int argument, int row) => (int)Math.Clamp(Integer(argument, row), -System.Array.MaxLength, System.Array.MaxLength);

    public bool IsNull(int argument, int row) => values[argument].Array.IsNull(values[argument].IndexOf(row));
}

/// <summary>Writes one row of a text result; the row is closed by the caller.</summary>
internal delegate void TextRow(TextArguments arguments, int row, BytesBuilder output);

/// <summary>Computes one row of a result of fixed width.</summary>
internal delegate T ValueRow<T>(TextArguments arguments, int row);

/// <summary>The loops of text functions: NULL in, NULL out; functions see the other rows only.</summary>
internal static class TextKernels
{
    public static ScalarKernel ToText(TextRow write) => ToBytes(SqlType.Text, write);

    /// <summary>Texts or blobs.</summary>
    public static ScalarKernel ToBytes(SqlType type, TextRow write) => (arguments, count, _) =>
    {
        NullMask nulls = NullMask.Any(arguments, count);
        var input = new TextArguments(arguments);
        var output = new BytesBuilder(count);
        for (int row = 0; row < count; row++)
        {
            if (nulls.IsValid(row))
            {
                write(input, row, output);
            }

            output.EndRow();
        }

        return output.Build(type, nulls);
    };

    public static ScalarKernel ToValue<T>(SqlType type, ValueRow<T> compute)
        where T : unmanaged => (arguments, count, _) =>
    {
        NullMask nulls = NullMask.Any(arguments, count);
        var input = new TextArguments(arguments);
        byte[] buffer = Columns.Allocate(count, out Span<T> output);
        for (int row = 0; row < count; row++)
        {
            output[row] = nulls.IsValid(row) ? compute(input, row) : default;
        }

        return Columns.Wrap(type, count, buffer, nulls);
    };

    public static ScalarKernel ToFlag(ValueRow<bool> test) => ToValue(SqlType.Boolean, (arguments, row) => test(arguments, row) ? (byte)1 : (byte)0);
}
