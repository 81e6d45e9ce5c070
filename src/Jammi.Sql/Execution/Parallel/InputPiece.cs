using Jammi.Sql.Storage;

namespace Jammi.Sql.Execution.Parallel;

/// <summary>The part of an input that a context is limited to: some blocks of the scan at its end, or a partition of a join that went on in files.</summary>
/// <param name="Source">The operator that gives these rows only.</param>
/// <param name="Blocks">Of a scan, in order.</param>
/// <param name="Partition">Of a join.</param>
/// <param name="Shared">What all pieces of the input use.</param>
internal sealed record InputPiece(PhysicalOperator Source, IReadOnlyList<IRowBlock> Blocks, int Partition, SharedBuilds Shared);
