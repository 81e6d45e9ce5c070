using Jammi.Sql.Storage;

namespace Jammi.Sql.Execution.Parallel;

/// <summary>The part of an input that a context is limited to: some blocks of the scan at its end.</summary>
/// <param name="Scan">The operator that reads these blocks only.</param>
/// <param name="Blocks">In order.</param>
/// <param name="Shared">What all pieces of the input use.</param>
internal sealed record InputPiece(PhysicalOperator Scan, IReadOnlyList<IRowBlock> Blocks, SharedBuilds Shared);
