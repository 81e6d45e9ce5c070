using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Functions.Tables.ArrowData;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.Functions.Tables.ArrowFiles;

/// <summary>Reads Arrow IPC files one after the other; only the projected columns are copied.</summary>
internal sealed class ArrowSource(IReadOnlyList<string> files, FileColumns columns) : TableSource
{
    public override string Describe() => files.Count == 1 ? files[0] : $"{files.Count} files, {files[0]} first";

    public override BatchReader Open(TableSourceInput input, IReadOnlyList<int> projection, ExecutionContext context) =>
        new EnumeratedReader(Read([.. projection], context));

    IEnumerable<ColumnBatch> Read(int[] projection, ExecutionContext context)
    {
        foreach (string path in files)
        {
            context.ThrowIfCancelled();
            using var file = new ArrowFile(path);
            int[] places = columns.Places(path, file.Fields);
            int[] wanted = System.Array.ConvertAll(projection, p => places[p]);
            var converter = new ArrowBatches([.. wanted.Select(w => file.Fields[w])], wanted, isTrusted: false);
            while (file.ReadNext() is { } records)
            {
                foreach (ColumnBatch batch in converter.Convert(records, context, file.Guard))
                {
                    yield return batch;
                }
            }
        }
    }
}
