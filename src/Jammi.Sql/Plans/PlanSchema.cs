using Jammi.Sql.Types;

namespace Jammi.Sql.Plans;

/// <summary>A column that a plan gives out. Origin names the stored column it is, where it is one unchanged (for ADO.NET metadata).</summary>
internal sealed record OutputColumn(string Name, SqlType Type, bool Nullable, ColumnOrigin? Origin = null);

/// <summary>The stored column behind an output column.</summary>
internal sealed record ColumnOrigin(string Schema, string Table, string Column)
{
    /// <summary>Whether the column numbers its rows by itself.</summary>
    public bool IsIdentity { get; init; }
}

/// <summary>The columns of a plan, in order. Names may repeat.</summary>
internal sealed record PlanSchema(ValueList<OutputColumn> Columns)
{
    public static PlanSchema Empty { get; } = new(default(ValueList<OutputColumn>));

    public int Count => Columns.Count;

    public OutputColumn this[int index] => Columns[index];

    public PlanSchema Concat(PlanSchema other) => new([.. Columns, .. other.Columns]);
}
