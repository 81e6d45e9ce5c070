using System.Text;
using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Types;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.Functions.Information;

/// <summary>What a value, a row or the session is: types, hashes, numbers of NULLs, names.</summary>
internal static class InformationFunctions
{
    const string Category = "Information";

    static readonly FunctionTraits Stable = new(Volatility.Stable);

    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        new GenericFunction("typeof", new(Category, "typeof(x)", "The name of the type of an expression.", "typeof(1.5)", "DECIMAL(2,1)"), a => TypeName(a, t => t.ToString())),
        new GenericFunction("pg_typeof", new(Category, "pg_typeof(x)", "The name that PostgreSQL has for the type of an expression.", "pg_typeof(1.5)", "numeric"), a => TypeName(a, PostgresName)),
        new GenericFunction("hash", new(Category, "hash(x, ...)", "A 64-bit hash of values; equal values of one type have equal hashes. The hash of NULL is a number too.", "hash('a') = hash('a')", "true"), BindHash),
        new GenericFunction("num_nulls", new(Category, "num_nulls(x, ...)", "How many of the values are NULL.", "num_nulls(1, NULL, 'a')", "1"), a => BindNulls(a, nulls: true)),
        new GenericFunction("num_nonnulls", new(Category, "num_nonnulls(x, ...)", "How many of the values are not NULL.", "num_nonnulls(1, NULL, 'a')", "2"), a => BindNulls(a, nulls: false)),
        new OverloadedFunction("error", new(Category, "error(message)", "Ends the statement with an error of that message, where a row reaches it; NULL for NULL.", "CASE WHEN 1 < 2 THEN 'ok' ELSE error('not reached') END", "ok"), new Overload(SqlType.Text, [SqlType.Text], Fail) { MayReturnNull = true }) { Behaviour = new(Volatility.Volatile) },
        Name("version", "The engine's name and version.", $"Jammi {Version}", "left(version(), 6)", "Jammi "),
        Name("current_database", "The name of the database in information_schema.", Binding.Information.Catalog, "current_database()", Binding.Information.Catalog, "current_catalog"),
        Name("current_schema", "The schema in which names without one are looked for.", "main", "current_schema", "main"),
        Name("current_user", "The name of the user; an embedded database has one.", Binding.Information.Catalog, "current_user", Binding.Information.Catalog, "session_user", "user"),
    ];

    static string Version => typeof(InformationFunctions).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    static ScalarBinding? TypeName(IReadOnlyList<Expression> arguments, Func<SqlType, string> name) => arguments is [{ Type: var type }]
        ? new(SqlType.Text, [type], (_, count, _) => Repeat(name(type), count)) { NeverNull = true }
        : null;

    static OverloadedFunction Name(string name, string description, string value, string example, string result, params string[] synonyms) =>
        new(name, new(Category, $"{name}()", description, example, result), new Overload(SqlType.Text, [], (_, count, _) => Repeat(value, count)) { NeverNull = true })
        {
            Synonyms = synonyms,
            Behaviour = Stable,
        };

    static IArrowArray Repeat(string text, int count)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        var output = new BytesBuilder(count, count * bytes.Length);
        for (int row = 0; row < count; row++)
        {
            output.AppendRow(bytes);
        }

        return output.Build(SqlType.Text, NullMask.None(count));
    }

    static string PostgresName(SqlType type) => type.Kind switch
    {
        SqlTypeKind.Null => "unknown",
        SqlTypeKind.Double => "double precision",
        SqlTypeKind.Decimal => "numeric",
        SqlTypeKind.Blob => "bytea",
        SqlTypeKind.Time => "time without time zone",
        SqlTypeKind.Timestamp => "timestamp without time zone",
        SqlTypeKind.Vector => "vector",
        SqlTypeKind.HalfVector => "halfvec",
        SqlTypeKind.List => PostgresName(type.Element!) + "[]",
        _ => type.ToString().ToLowerInvariant(),
    };

    static ScalarBinding? BindHash(IReadOnlyList<Expression> arguments) => arguments.Count == 0 ? null
        : new(SqlType.UBigInt, arguments.Select(a => a.Type).ToValueList(), (values, count, _) =>
        {
            var columns = new IArrowArray[values.Length];
            for (int i = 0; i < columns.Length; i++)
            {
                columns[i] = TakeKernels.Materialize(values[i], count);
            }

            byte[] buffer = Columns.Allocate(count, out Span<ulong> output);
            HashKernels.Hash(columns, output);
            return Columns.Wrap(SqlType.UBigInt, count, buffer, NullMask.None(count));
        })
        {
            NeverNull = true,
        };

    static ScalarBinding? BindNulls(IReadOnlyList<Expression> arguments, bool nulls) => arguments.Count == 0 ? null
        : new(SqlType.Integer, arguments.Select(a => a.Type).ToValueList(), (values, count, _) =>
        {
            byte[] buffer = Columns.Allocate(count, out Span<int> output);
            output.Clear();
            foreach (ColumnarValue value in values)
            {
                NullMask mask = NullMask.Of(value, count);
                for (int row = 0; row < count; row++)
                {
                    output[row] += mask.IsNull(row) == nulls ? 1 : 0;
                }
            }

            return Columns.Wrap(SqlType.Integer, count, buffer, NullMask.None(count));
        })
        {
            NeverNull = true,
        };

    static IArrowArray Fail(ReadOnlySpan<ColumnarValue> arguments, int count, ExecutionContext context)
    {
        NullMask nulls = NullMask.Of(arguments[0], count);
        var messages = new BytesColumn(arguments[0]);
        for (int row = 0; row < count; row++)
        {
            if (nulls.IsValid(row))
            {
                throw new SqlException(SqlErrorCode.InvalidParameter, Encoding.UTF8.GetString(messages[row]));
            }
        }

        return ColumnFactory.Nulls(SqlType.Text, count);
    }
}
