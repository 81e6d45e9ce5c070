using Jammi.Sql.Plans;

namespace Jammi.Sql.Execution.Copying;

/// <summary>What COPY ... TO writes: a format with its options settled.</summary>
internal abstract record CopyTarget
{
    /// <summary>As FORMAT names it.</summary>
    public abstract string Format { get; }

    /// <summary>Checks that the columns can be written.</summary>
    /// <exception cref="SqlException">InvalidStatement: two columns have one name, in a format that tells columns apart by it.</exception>
    public virtual void Check(PlanSchema schema)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (OutputColumn column in schema.Columns)
        {
            if (!names.Add(column.Name))
            {
                throw new SqlException(SqlErrorCode.InvalidStatement, $"two columns are named \"{column.Name}\", which {Format} files cannot tell apart: rename one with AS.");
            }
        }
    }

    /// <summary>Begins a file. The writer does not close the stream.</summary>
    public abstract RowWriter Open(Stream stream, PlanSchema schema);
}
