using Apache.Arrow;
using Apache.Arrow.Types;
using Jammi.Sql.Execution;
using Jammi.Sql.Functions.Tables.ArrowData;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Data.Appending;

/// <summary>Record batches as rows of the engine, in memory of their own.</summary>
static class ArrowColumns
{
    const int UuidBytes = 16;

    /// <summary>What the batch's columns are, under the names of those that they are appended to.</summary>
    /// <exception cref="NotSupportedException">A column has a type that SQL has not.</exception>
    public static PlanSchema SchemaOf(RecordBatch batch, IReadOnlyList<AppendColumn> columns) =>
        new([.. batch.Schema.FieldsList.Select((field, i) => new OutputColumn(columns[i].Name, TypeOf(field), Nullable: true))]);

    /// <summary>A transaction and a database in memory keep rows when the batch's memory may be gone: they are copied.</summary>
    public static ColumnBatch Copy(RecordBatch batch, PlanSchema schema) =>
        new([.. batch.Arrays.Select((column, i) => Sql.Functions.Tables.ArrowData.ArrowColumns.Copy(column, schema[i].Type))], batch.Length);

    static SqlType TypeOf(Field field) => field.DataType switch
    {
        NullType => SqlType.Null,
        // The engine's own batches carry no note that sixteen bytes are a UUID. To Arrow, decimals are such bytes too.
        FixedSizeBinaryType { TypeId: ArrowTypeId.FixedSizedBinary, ByteWidth: UuidBytes } => SqlType.Uuid,
        _ => ArrowTypes.Stored(field)
            ?? throw new NotSupportedException($"Column '{field.Name}' of the record batch has the Arrow type {field.DataType.Name}, which cannot be appended; convert it to one that {nameof(JammiDataReader)}.{nameof(JammiDataReader.GetArrowSchema)} gives."),
    };
}
