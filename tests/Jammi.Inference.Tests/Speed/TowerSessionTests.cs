namespace Jammi.Inference.Tests.Speed;

/// <summary>Memory of towers that nobody uses is given back; using them again loads them again.</summary>
public sealed class TowerSessionTests
{
    [Fact]
    public void A_released_tower_is_loaded_again_and_gives_the_same_vector()
    {
        using EmbeddingModel model = EmbeddingModel.Open("figures-clip", TestData.FiguresModel);
        float[] before = Embed(model);
        Assert.True(model.IsTextLoaded);
        Assert.True(model.Towers.Text.ReleaseIfUnused(TimeSpan.Zero));
        Assert.False(model.IsTextLoaded);
        Assert.Equal(before, Embed(model));
        Assert.True(model.IsTextLoaded);
    }

    [Fact]
    public void A_tower_that_was_used_just_now_stays()
    {
        using EmbeddingModel model = EmbeddingModel.Open("figures-clip", TestData.FiguresModel);
        Embed(model);
        Assert.False(model.Towers.Text.ReleaseIfUnused(TimeSpan.FromHours(1)));
        Assert.True(model.IsTextLoaded);
        Assert.False(model.Towers.Vision.ReleaseIfUnused(TimeSpan.Zero));
    }

    [Fact]
    public void A_set_time_releases_without_being_asked()
    {
        using EmbeddingModel model = EmbeddingModel.Open("figures-clip", TestData.FiguresModel);
        using var reclaimer = new SessionReclaimer();
        Embed(model);
        reclaimer.Watch(model.Towers, TimeSpan.FromMilliseconds(1));
        Assert.True(SpinWait.SpinUntil(() => !model.IsTextLoaded, TimeSpan.FromMinutes(1)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Shortage_of_memory_releases_what_is_unused(bool isShort)
    {
        using EmbeddingModel model = EmbeddingModel.Open("figures-clip", TestData.FiguresModel);
        using var reclaimer = new SessionReclaimer(TimeSpan.Zero, () => isShort);
        Embed(model);
        reclaimer.Watch(model.Towers, TimeSpan.Zero);
        reclaimer.ReleaseIdle();
        Assert.True(model.IsTextLoaded);
        reclaimer.OnFullCollection();
        Assert.Equal(!isShort, model.IsTextLoaded);
    }

    [Fact]
    public void A_full_collection_asks_for_the_memory()
    {
        using EmbeddingModel model = EmbeddingModel.Open("figures-clip", TestData.FiguresModel);
        using var reclaimer = new SessionReclaimer(TimeSpan.Zero, () => true);
        Embed(model);
        reclaimer.Watch(model.Towers, TimeSpan.Zero);
        bool Collect()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return !model.IsTextLoaded;
        }

        Assert.True(SpinWait.SpinUntil(Collect, TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public void Under_pressure_what_was_used_just_now_stays()
    {
        using EmbeddingModel model = EmbeddingModel.Open("figures-clip", TestData.FiguresModel);
        using var reclaimer = new SessionReclaimer(TimeSpan.FromHours(1), () => true);
        Embed(model);
        reclaimer.Watch(model.Towers, TimeSpan.Zero);
        reclaimer.OnFullCollection();
        Assert.True(model.IsTextLoaded);
    }

    [Fact]
    public void A_closed_model_is_not_loaded_again()
    {
        EmbeddingModel model = EmbeddingModel.Open("figures-clip", TestData.FiguresModel);
        model.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Embed(model));
    }

    static float[] Embed(EmbeddingModel model)
    {
        float[] vector = new float[model.Dimensions];
        model.EmbedTexts(["a red circle"], vector);
        return vector;
    }
}
