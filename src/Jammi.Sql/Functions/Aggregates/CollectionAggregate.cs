using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Functions.Lists;
using Jammi.Sql.Types;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.Functions.Aggregates;

/// <summary>array_agg and string_agg.</summary>
internal static class CollectionAggregate
{
    const string Category = "Aggregate";
    const string Values = "FROM (VALUES ('b'), ('a'), ('c')) t(x)";

    public static IReadOnlyList<AggregateFunction> All { get; } =
    [
        new AggregateDefinition("array_agg", new(Category, "array_agg(x [ORDER BY ...])", "The list of all values, NULLs among them; NULL where there are no rows.", $"array_agg(x ORDER BY x) {Values}", "[a, b, c]"), BindList) { Synonyms = ["list"], DependsOnOrder = true },
        new AggregateDefinition("string_agg", new(Category, "string_agg(x [, separator] [ORDER BY ...])", "The texts of the values that are not NULL, with a separator (a comma unless given) between them; NULL where there are none.", $"string_agg(x, '-' ORDER BY x) {Values}", "a-b-c"), BindText) { Synonyms = ["group_concat", "listagg"], DependsOnOrder = true },
    ];

    static AggregateBinding? BindList(IReadOnlyList<Expression> arguments)
    {
        if (arguments is not [{ Type: var type }])
        {
            return null;
        }

        type = type.Kind == SqlTypeKind.Null ? SqlType.Text : type;
        return new(SqlType.List(type), [type], NullableResult: true, () => new ListState(type));
    }

    static AggregateBinding? BindText(IReadOnlyList<Expression> arguments) => arguments.Count is 1 or 2
        ? new(SqlType.Text, Enumerable.Repeat(SqlType.Text, arguments.Count).ToValueList(), NullableResult: true, () => new TextState(arguments.Count == 2))
        : null;

    sealed class ListState(SqlType type) : AggregateState
    {
        readonly CollectedRows collected = new(type);

        public override bool Collects => true;

        public override long Bytes => collected.Bytes;

        public override void EnsureGroups(int count) => collected.Ensure(count);

        public override void Update(ReadOnlySpan<int> groups, ReadOnlySpan<ColumnarValue> arguments, int count, ExecutionContext context) =>
            collected.Add(groups, arguments, NullMask.None(count), count);

        public override void Merge(AggregateState other, ReadOnlySpan<int> groups) => collected.Merge(((ListState)other).collected, groups);

        public override IArrowArray Finish(int start, int count)
        {
            NullMask nulls = NullMask.None(count);
            var lists = new ListRows(count);
            for (int i = 0; i < count; i++)
            {
                ReadOnlySpan<int> rows = collected.RowsOf(start + i);
                lists.AddRange(rows);
                lists.EndRow();
                if (rows.IsEmpty)
                {
                    nulls.SetNull(i);
                }
            }

            return lists.Build(SqlType.List(type), nulls, collected.Column(0));
        }
    }

    /// <summary>Each value but the first has the separator of its own row before it, as in PostgreSQL; a NULL separator is empty.</summary>
    sealed class TextState(bool separated) : AggregateState
    {
        readonly CollectedRows collected = separated ? new(SqlType.Text, SqlType.Text) : new(SqlType.Text);

        public override bool Collects => true;

        public override long Bytes => collected.Bytes;

        public override void EnsureGroups(int count) => collected.Ensure(count);

        public override void Update(ReadOnlySpan<int> groups, ReadOnlySpan<ColumnarValue> arguments, int count, ExecutionContext context) =>
            collected.Add(groups, arguments, NullMask.Of(arguments[0], count), count);

        public override void Merge(AggregateState other, ReadOnlySpan<int> groups) => collected.Merge(((TextState)other).collected, groups);

        public override IArrowArray Finish(int start, int count)
        {
            NullMask nulls = NullMask.None(count);
            var texts = new BytesColumn(collected.Column(0));
            IArrowArray? separatorColumn = separated ? collected.Column(1) : null;
            BytesColumn separators = separatorColumn is null ? default : new BytesColumn(separatorColumn);
            var output = new BytesBuilder(count);
            for (int i = 0; i < count; i++)
            {
                ReadOnlySpan<int> rows = collected.RowsOf(start + i);
                for (int r = 0; r < rows.Length; r++)
                {
                    if (r > 0)
                    {
                        output.Append(separatorColumn is null ? ","u8 : separatorColumn.IsNull(rows[r]) ? default : separators[rows[r]]);
                    }

                    output.Append(texts[rows[r]]);
                }

                output.EndRow();
                if (rows.IsEmpty)
                {
                    nulls.SetNull(i);
                }
            }

            return output.Build(SqlType.Text, nulls);
        }
    }
}
