using System.Text;
using Jammi.Sql.Execution;
using Jammi.Sql.Functions.Kernels;

namespace Jammi.Sql.Functions.Json;

/// <summary>The paths of a JSON function's rows, compiled as they change: none (the whole text), one path or index, or several keys.</summary>
internal ref struct JsonPathColumn(ReadOnlySpan<ColumnarValue> arguments, bool keys)
{
    readonly ReadOnlySpan<ColumnarValue> arguments = arguments;
    readonly bool constant = AreConstant(arguments);
    readonly bool isIndex = arguments.Length == 1 && arguments[0].Array is Apache.Arrow.Int64Array;
    JsonPath? path = arguments.IsEmpty ? JsonPath.Root : null;
    byte[]? last;

    public JsonPath At(int row)
    {
        if (path is not null && constant)
        {
            return path;
        }

        if (isIndex)
        {
            path = JsonPath.Item(new FixedColumn<long>(arguments[0])[row]);
        }
        else if (keys)
        {
            var names = new List<string>(arguments.Length);
            foreach (ColumnarValue argument in arguments)
            {
                names.Add(Encoding.UTF8.GetString(new BytesColumn(argument)[row]));
            }

            path = JsonPath.Keys(names);
        }
        else
        {
            ReadOnlySpan<byte> text = new BytesColumn(arguments[0])[row];
            if (path is null || !text.SequenceEqual(last))
            {
                last = text.ToArray();
                path = JsonPath.Parse(Encoding.UTF8.GetString(text));
            }
        }

        return path!;
    }

    static bool AreConstant(ReadOnlySpan<ColumnarValue> arguments)
    {
        foreach (ColumnarValue argument in arguments)
        {
            if (!argument.IsConstant)
            {
                return false;
            }
        }

        return true;
    }
}
