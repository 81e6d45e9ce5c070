using Jammi.Inference.Planning;

namespace Jammi.Inference.Tests.Speed;

public sealed class BatchPlannerTests
{
    [Fact]
    public void The_faster_way_to_use_the_processors_is_taken()
    {
        Assert.Equal(new BatchPlan(8, 4, 1), BatchPlanner.Find(ExecutionProvider.Cpu, 4, plan => plan.Calls > 1 ? 12 : 10));
        Assert.Equal(new BatchPlan(8, 1, 0), BatchPlanner.Find(ExecutionProvider.Cpu, 4, plan => plan.Calls > 1 ? 9 : 10));
    }

    [Fact]
    public void A_difference_that_is_noise_decides_nothing() =>
        Assert.Equal(new BatchPlan(8, 1, 0), BatchPlanner.Find(ExecutionProvider.Cpu, 4, plan => plan.Calls > 1 ? 10.2 : 10));

    [Fact]
    public void Batches_grow_as_long_as_that_helps()
    {
        var tried = new List<int>();
        BatchPlan plan = BatchPlanner.Find(ExecutionProvider.Cuda, 8, p =>
        {
            tried.Add(p.Rows);
            return p.Rows == 8 ? 10 : 20;
        });
        Assert.Equal(new BatchPlan(16, 1, 0), plan);
        Assert.Equal([8, 16, 32], tried);
    }

    [Fact]
    public void A_failure_while_measuring_is_told() => Assert.Throws<InferenceException>(() =>
        BatchPlanner.Measure(new BatchPlan(8, 2, 1), rows => throw new InferenceException(InferenceError.Internal, $"no memory for {rows} rows"), default));

    [Fact]
    public void A_plan_for_few_rows_is_not_measured_and_for_queries_is_one_call()
    {
        using EmbeddingModel bulk = EmbeddingModel.Open("figures-clip", TestData.FiguresModel, new ModelSettings { Use = new ModelUse { Bulk = true } });
        BatchPlan plan = bulk.PlanImages(10);
        Assert.InRange(plan.Rows, 1, 32);
        Assert.InRange(plan.Calls, 1, Environment.ProcessorCount);
        using EmbeddingModel query = EmbeddingModel.Open("figures-clip", TestData.FiguresModel);
        Assert.Equal(1, query.PlanTexts(1_000_000).Calls);
    }

    [Fact]
    public void A_measured_plan_is_remembered()
    {
        string subject = $"test {Guid.NewGuid()}";
        Assert.Null(PlanCache.Find(subject));
        if (PlanCache.Remember(subject, new(16, 3, 1)))
        {
            Assert.Equal(new BatchPlan(16, 3, 1), PlanCache.Find(subject));
        }
    }
}
