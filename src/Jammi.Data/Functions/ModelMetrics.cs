using Jammi.Inference;
using Jammi.Sql.Execution;

namespace Jammi.Data.Functions;

/// <summary>What EXPLAIN ANALYZE tells of a model's work.</summary>
static class ModelMetrics
{
    /// <summary>Counts inputs that the model was given, and the batches in which it takes them.</summary>
    /// <param name="batchRows">Rows of a batch, where the caller and not the model decides.</param>
    public static void CountModel(this OperatorMetrics? metrics, IEmbeddingModel model, int inputs, int? batchRows = null)
    {
        if (metrics is null || inputs == 0)
        {
            return;
        }

        int rows = batchRows ?? model.PreferredBatch;
        metrics.Add("model batches", (inputs + rows - 1) / rows);
        metrics.Add("model inputs", inputs);
    }
}
