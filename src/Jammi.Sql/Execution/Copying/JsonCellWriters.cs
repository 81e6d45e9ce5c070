using System.Text.Json;
using Apache.Arrow;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Functions.Casts;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Copying;

/// <summary>Writes row <paramref name="row"/> of a column as a JSON value.</summary>
internal delegate void JsonCellWriter(Utf8JsonWriter json, int row);

/// <summary>
/// SQL values as JSON: numbers with all their digits, lists and vectors as arrays, NULL as null; what JSON has no form for (dates, blobs, NaN) as the text that
/// a cast to TEXT gives.
/// </summary>
internal static class JsonCellWriters
{
    public static JsonCellWriter For(SqlType type, IArrowArray array)
    {
        JsonCellWriter present = Present(type, array);
        return (json, row) =>
        {
            if (Cells.IsNull(array, row))
            {
                json.WriteNullValue();
            }
            else
            {
                present(json, row);
            }
        };
    }

    static JsonCellWriter Present(SqlType type, IArrowArray array) => type.Kind switch
    {
        SqlTypeKind.Boolean => (json, row) => json.WriteBooleanValue(Cells.Bit(array, row)),
        SqlTypeKind.Text => (json, row) => json.WriteStringValue(new BytesColumn(array)[row]),
        SqlTypeKind.Real => (json, row) => WriteNumber(json, Columns.Values<float>(array)[row]),
        SqlTypeKind.Double => Double(array),
        SqlTypeKind.Vector => (json, row) => WriteVector(json, ColumnFactory.VectorAt(array, row)),
        SqlTypeKind.HalfVector => Present(SqlType.Vector(type.Dimension), HalfVectors.Widen(array)),
        SqlTypeKind.List => List(type.Element!, (ListArray)array),
        _ when type.IsInteger || type.Kind == SqlTypeKind.Decimal => Raw(type, array),
        _ => Texts(type, array),
    };

    static JsonCellWriter Double(IArrowArray array) => (json, row) =>
    {
        double value = Columns.Values<double>(array)[row];
        if (double.IsFinite(value))
        {
            json.WriteNumberValue(value);
        }
        else
        {
            json.WriteStringValue(Word(value));
        }
    };

    static void WriteNumber(Utf8JsonWriter json, float value)
    {
        if (float.IsFinite(value))
        {
            json.WriteNumberValue(value);
        }
        else
        {
            json.WriteStringValue(Word(value));
        }
    }

    static string Word(double value) => double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";

    static void WriteVector(Utf8JsonWriter json, ReadOnlySpan<float> numbers)
    {
        json.WriteStartArray();
        foreach (float number in numbers)
        {
            WriteNumber(json, number);
        }

        json.WriteEndArray();
    }

    static JsonCellWriter List(SqlType element, ListArray array)
    {
        JsonCellWriter item = For(element, array.Values);
        return (json, row) =>
        {
            ReadOnlySpan<int> offsets = Columns.Offsets(array);
            json.WriteStartArray();
            for (int i = offsets[row]; i < offsets[row + 1]; i++)
            {
                item(json, i);
            }

            json.WriteEndArray();
        };
    }

    static JsonCellWriter Raw(SqlType type, IArrowArray array)
    {
        var texts = CastKernels.Cast(ColumnarValue.Column(array), type, SqlType.Text, tryCast: false, array.Length);
        return (json, row) => json.WriteRawValue(new BytesColumn(texts)[row], skipInputValidation: true);
    }

    static JsonCellWriter Texts(SqlType type, IArrowArray array)
    {
        var texts = CastKernels.Cast(ColumnarValue.Column(array), type, SqlType.Text, tryCast: false, array.Length);
        return (json, row) => json.WriteStringValue(new BytesColumn(texts)[row]);
    }
}
