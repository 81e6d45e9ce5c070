using System.Runtime.InteropServices;
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

/// <summary>
/// The columns of a plan, in order. Names may repeat. That of a join looks into both sides' until somebody wants the list: of a long chain of joins, that of most is never read.
/// </summary>
internal sealed class PlanSchema : IEquatable<PlanSchema>
{
    readonly PlanSchema? left;
    readonly PlanSchema? right;

    // As long as Count once it has been made; one reference, so that threads see the old or the new.
    ValueList<OutputColumn> columns;

    public PlanSchema(ValueList<OutputColumn> columns)
    {
        this.columns = columns;
        Count = columns.Count;
    }

    PlanSchema(PlanSchema left, PlanSchema right)
    {
        this.left = left;
        this.right = right;
        Count = left.Count + right.Count;
    }

    public static PlanSchema Empty { get; } = new(default(ValueList<OutputColumn>));

    public int Count { get; }

    public ValueList<OutputColumn> Columns => IsListed ? columns : columns = List();

    bool IsListed => columns.Count == Count;

    public OutputColumn this[int index]
    {
        get
        {
            PlanSchema schema = this;
            while (!schema.IsListed)
            {
                bool isLeft = index < schema.left!.Count;
                index -= isLeft ? 0 : schema.left.Count;
                schema = isLeft ? schema.left : schema.right!;
            }

            return schema.columns[index];
        }
    }

    public PlanSchema Concat(PlanSchema other) => other.Count == 0 ? this : Count == 0 ? other : new(this, other);

    public bool Equals(PlanSchema? other) => ReferenceEquals(this, other) || (other is not null && Count == other.Count && Columns.Equals(other.Columns));

    public override bool Equals(object? obj) => Equals(obj as PlanSchema);

    public override int GetHashCode() => Columns.GetHashCode();

    public static bool operator ==(PlanSchema? a, PlanSchema? b) => a is null ? b is null : a.Equals(b);

    public static bool operator !=(PlanSchema? a, PlanSchema? b) => !(a == b);

    ValueList<OutputColumn> List()
    {
        var list = new OutputColumn[Count];
        Write(list);
        return new(ImmutableCollectionsMarshal.AsImmutableArray(list));
    }

    /// <summary>Loops along the left side: joins are mostly chains to the left.</summary>
    void Write(Span<OutputColumn> list)
    {
        PlanSchema schema = this;
        while (!schema.IsListed)
        {
            schema.right!.Write(list[schema.left!.Count..]);
            list = list[..schema.left.Count];
            schema = schema.left;
        }

        schema.columns.AsSpan().CopyTo(list);
    }
}
