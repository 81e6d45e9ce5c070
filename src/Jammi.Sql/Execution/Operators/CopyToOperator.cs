using Jammi.Sql.Execution.Copying;
using Jammi.Sql.Functions.Tables;
using Jammi.Sql.Plans;

namespace Jammi.Sql.Execution.Operators;

/// <summary>
/// Writes its input's rows to a file. They go to a file of another name beside it, which takes the wanted name when it is whole: a reader sees the old file or
/// the new one, and what fails half-way leaves nothing behind.
/// </summary>
internal sealed class CopyToOperator(PhysicalOperator input, LogicalCopyTo plan) : PhysicalOperator(plan.Schema, input)
{
    protected override IEnumerable<ColumnBatch> Run(ExecutionContext context)
    {
        CheckPlace(plan.Path);
        string path = Path.GetFullPath(plan.Path);
        string unfinished = Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}.tmp");
        try
        {
            long rows = Write(unfinished, context);
            File.Move(unfinished, path, overwrite: true);
            context.Result.AddRowsAffected(rows);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ParquetSharp.ParquetException)
        {
            throw new SqlException(SqlErrorCode.Io, $"{plan.Path} cannot be written: {FileErrors.Message(error)}", error);
        }
        finally
        {
            File.Delete(unfinished);
        }

        yield break;
    }

    long Write(string path, ExecutionContext context)
    {
        long rows = 0;
        using BatchReader reader = Children[0].Open(context);
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 16);
        using RowWriter writer = plan.Target.Open(file, Children[0].Schema);
        while (reader.Next() is { } batch)
        {
            context.ThrowIfCancelled();
            writer.Write(batch);
            rows += batch.Count;
        }

        writer.Finish();
        file.Flush(flushToDisk: true);
        return rows;
    }

    static void CheckPlace(string path)
    {
        string? directory = Path.GetDirectoryName(Path.GetFullPath(path));
        if (Directory.Exists(path) || directory is null)
        {
            throw new SqlException(SqlErrorCode.Io, $"{path} is a directory; name a file in it.");
        }

        if (!Directory.Exists(directory))
        {
            throw new SqlException(SqlErrorCode.Io, $"{path} cannot be written: there is no directory {directory}.");
        }
    }
}
