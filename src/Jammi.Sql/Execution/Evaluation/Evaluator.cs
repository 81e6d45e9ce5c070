namespace Jammi.Sql.Execution.Evaluation;

/// <summary>
/// A bound expression made ready to run over batches. Evaluators are compiled for each run and belong to its one thread, so they may remember
/// what holds for the run (the value of a constant call, results by argument).
/// </summary>
internal abstract class Evaluator
{
    public abstract ColumnarValue Evaluate(ColumnBatch batch, ExecutionContext context);
}
