using System.Runtime.InteropServices;
using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Text;

/// <summary>format, printf, the quoting of names and literals, and UUIDs.</summary>
internal static class FormattingFunctions
{
    const string Category = "Text";

    static readonly SqlType Text = SqlType.Text;
    static readonly FunctionTraits Volatile = new(Volatility.Volatile);

    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        new GenericFunction("format", new(Category, "format(format, value, ...)", "The format with %s replaced by a value's text, %I by a quoted name, %L by a quoted literal; %2$s takes the second value, %-10s pads.", "format('%s has %s rows', 'figures', 42)", "figures has 42 rows"), BindFormat),
        new GenericFunction("printf", new(Category, "printf(format, value, ...)", "The format with %d, %x, %5.2f, %e, %g, %s ... replaced by values as in C.", "printf('%03d: %.2f %s', 7, 2.5, 'x')", "007: 2.50 x"), BindPrintf),
        new OverloadedFunction("quote_ident", new(Category, "quote_ident(text)", "A name as SQL writes it: in double quotes where it needs them.", "quote_ident('Foo bar')", "\"Foo bar\""), new Overload(Text, [Text], TextKernels.ToText((a, row, o) => o.Append(FormattedText.QuoteIdentifier(a.String(0, row)))))),
        new GenericFunction("quote_literal", new(Category, "quote_literal(value)", "A value's text as a literal of SQL.", "quote_literal('O''Reilly')", "'O''Reilly'"), a => a is [_] ? new(Text, [Text], TextKernels.ToText((v, row, o) => o.Append(FormattedText.QuoteLiteral(v.String(0, row))))) : null),
        new GenericFunction("quote_nullable", new(Category, "quote_nullable(value)", "quote_literal, with the word NULL for NULL.", "quote_nullable(NULL)", "NULL"), a => a is [_] ? new(Text, [Text], QuoteNullable) { NeverNull = true } : null),
        Uuid("gen_random_uuid", "A random UUID (version 4); a new one every row.", Guid.NewGuid, "uuid", "uuidv4"),
        Uuid("uuidv7", "A UUID of the present time and randomness (version 7), so that later ones are greater; a new one every row.", Guid.CreateVersion7),
    ];

    static ScalarBinding? BindFormat(IReadOnlyList<Expression> arguments) => arguments.Count == 0 ? null
        : new(Text, Enumerable.Repeat(Text, arguments.Count).ToValueList(), (values, count, _) =>
        {
            NullMask nulls = NullMask.Of(values[0], count);
            var input = new TextArguments(values);
            var row = new string?[values.Length - 1];
            var output = new BytesBuilder(count);
            for (int i = 0; i < count; i++)
            {
                if (nulls.IsValid(i))
                {
                    for (int v = 0; v < row.Length; v++)
                    {
                        row[v] = input.IsNull(v + 1, i) ? null : input.String(v + 1, i);
                    }

                    output.Append(FormattedText.Format(input.String(0, i), row));
                }

                output.EndRow();
            }

            return output.Build(Text, nulls);
        });

    /// <summary>Integers are printed as BIGINT, other numbers as DOUBLE, everything else as its text.</summary>
    static ScalarBinding? BindPrintf(IReadOnlyList<Expression> arguments)
    {
        if (arguments.Count == 0)
        {
            return null;
        }

        SqlType[] types = [Text, .. arguments.Skip(1).Select(a => a.Type.IsInteger && a.Type.Kind != SqlTypeKind.UBigInt ? SqlType.BigInt : a.Type.IsNumeric ? SqlType.Double : Text)];
        return new(Text, types.ToValueList(), (values, count, _) =>
        {
            NullMask nulls = NullMask.Any(values, count);
            var input = new TextArguments(values);
            var row = new object[values.Length - 1];
            var output = new BytesBuilder(count);
            for (int i = 0; i < count; i++)
            {
                if (nulls.IsValid(i))
                {
                    for (int v = 0; v < row.Length; v++)
                    {
                        row[v] = types[v + 1].Kind switch
                        {
                            SqlTypeKind.BigInt => input.Integer(v + 1, i),
                            SqlTypeKind.Double => new FixedColumn<double>(values[v + 1])[i],
                            _ => input.String(v + 1, i),
                        };
                    }

                    output.Append(FormattedText.Print(input.String(0, i), row));
                }

                output.EndRow();
            }

            return output.Build(Text, nulls);
        });
    }

    static IArrowArray QuoteNullable(ReadOnlySpan<ColumnarValue> arguments, int count, Execution.ExecutionContext context)
    {
        var input = new TextArguments(arguments);
        var output = new BytesBuilder(count);
        for (int row = 0; row < count; row++)
        {
            output.AppendRow(Cells.IsNull(arguments[0].Array, arguments[0].IndexOf(row)) ? "NULL" : FormattedText.QuoteLiteral(input.String(0, row)));
        }

        return output.Build(Text, NullMask.None(count));
    }

    static OverloadedFunction Uuid(string name, string description, Func<Guid> create, params string[] synonyms) => new(
        name,
        new(Category, $"{name}()", description, $"length({name}()::TEXT)", "36"),
        new Overload(SqlType.Uuid, [], (_, count, _) =>
        {
            byte[] buffer = Columns.Allocate(count, out Span<Int128> output);
            for (int row = 0; row < count; row++)
            {
                create().TryWriteBytes(MemoryMarshal.AsBytes(output.Slice(row, 1)), bigEndian: true, out int _);
            }

            return Columns.Wrap(SqlType.Uuid, count, buffer, NullMask.None(count));
        })
        {
            NeverNull = true,
        })
    {
        Synonyms = synonyms,
        Behaviour = Volatile,
    };
}
