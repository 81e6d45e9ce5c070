using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Jammi.Inference.Layouts;
using Jammi.Inference.Towers;

namespace Jammi.Inference.Tests.Layouts;

/// <summary>The table of fields in docs/models.md says what the code does, field by field.</summary>
public sealed class OpenClipFieldTableTests
{
    const string Required = "required";

    static readonly Row[] Table = [.. ReadTable()];

    public static TheoryData<string, string> Fields()
    {
        var fields = new TheoryData<string, string>();
        foreach (Row row in Table.Where(r => r.Example.Length > 0))
        {
            fields.Add(row.Field, row.Example);
        }

        return fields;
    }

    [Fact]
    public void The_table_has_every_field_that_the_code_asks_for_and_no_other()
    {
        var asked = new HashSet<string>(StringComparer.Ordinal);
        using var folder = new TemporaryFolder();
        foreach (string kwargs in new[] { "act_kwargs", "norm_kwargs" })
        {
            JsonObject config = Minimal();
            config["preprocess_cfg"] = new JsonObject();
            ((JsonObject)config["model_cfg"]!["vision_cfg"]!)[kwargs] = new JsonObject();
            Read(folder, config, asked);
        }

        asked.Remove("model_cfg");
        asked.RemoveWhere(f => f.Contains("_kwargs.", StringComparison.Ordinal));
        Assert.Equal(asked.Order(StringComparer.Ordinal), Table.Select(r => r.Field).Distinct().Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Fields))]
    public void A_field_is_treated_as_the_table_says(string field, string example)
    {
        Row row = Table.Single(r => r.Field == field && r.Example == example);
        using var folder = new TemporaryFolder();
        string before = Read(folder, Minimal());
        if (row.Treatment == "refused")
        {
            InferenceException error = Assert.Throws<InferenceException>(() => Read(folder, With(row.Field, row.Example)));
            Assert.Equal(InferenceError.NotSupported, error.Error);
            Assert.Contains(row.Field, error.Message, StringComparison.Ordinal);
            return;
        }

        string after = Read(folder, With(row.Field, row.Example));
        switch (row.Treatment)
        {
            case "honoured":
                Assert.NotEqual(before, after);
                break;
            case "no effect":
                Assert.Equal(before, after);
                break;
            default:
                Assert.Fail($"{row.Treatment} is no treatment");
                break;
        }
    }

    [Theory]
    [MemberData(nameof(Fields))]
    public void The_default_of_a_field_is_what_its_absence_means(string field, string example)
    {
        Row row = Table.Single(r => r.Field == field && r.Example == example);
        using var folder = new TemporaryFolder();
        if (row.Default == Required)
        {
            JsonObject config = Minimal();
            Parent(config, row.Field, out string name).Remove(name);
            InferenceException error = Assert.Throws<InferenceException>(() => Read(folder, config));
            Assert.Contains(row.Field, error.Message, StringComparison.Ordinal);
            return;
        }

        JsonObject absent = Minimal();
        Parent(absent, row.Field, out string key).Remove(key);
        Assert.Equal(Read(folder, absent), Read(folder, With(row.Field, row.Default)));
    }

    [Theory]
    [InlineData("model_cfg.heads", "8")]
    [InlineData("model_cfg.vision_cfg.rope", "true")]
    [InlineData("model_cfg.text_cfg.alibi", "false")]
    [InlineData("preprocess_cfg.crop_pct", "0.9")]
    public void A_field_that_nobody_knows_is_refused_by_name(string field, string value)
    {
        using var folder = new TemporaryFolder();
        InferenceException error = Assert.Throws<InferenceException>(() => Read(folder, With(field, value)));
        Assert.Equal(InferenceError.NotSupported, error.Error);
        Assert.Contains(field, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model_cfg.vision_cfg.attn_pooler_queries", "6", "model_cfg.vision_cfg.attentional_pool", "true")]
    [InlineData("model_cfg.vision_cfg.attn_pooler_heads", "4", "model_cfg.vision_cfg.attentional_pool", "true")]
    [InlineData("model_cfg.text_cfg.pad_id", "1", "model_cfg.text_cfg.embed_cls", "true")]
    public void A_field_that_depends_on_another_is_honoured_with_it(string field, string value, string other, string otherValue)
    {
        using var folder = new TemporaryFolder();
        JsonObject without = With(other, otherValue);
        JsonObject with = With(other, otherValue);
        Set(with, field, value);
        Assert.NotEqual(Read(folder, without), Read(folder, with));
    }

    [Fact]
    public void End_of_text_pooling_needs_its_id_and_takes_it()
    {
        using var folder = new TemporaryFolder();
        JsonObject config = With("model_cfg.text_cfg.pool_type", "\"eos\"");
        Assert.Contains("eos_id", Assert.Throws<InferenceException>(() => Read(folder, config)).Message, StringComparison.Ordinal);
        Set(config, "model_cfg.text_cfg.eos_id", "49407");
        Assert.Contains("49407", Read(folder, config), StringComparison.Ordinal);
    }

    [Fact]
    public void Four_numbers_of_layers_make_a_ResNet()
    {
        using var folder = new TemporaryFolder();
        JsonObject config = With("model_cfg.vision_cfg.layers", "[3, 4, 6, 3]");
        Set(config, "model_cfg.vision_cfg.width", "64");
        Assert.Contains("ResNet", Read(folder, config), StringComparison.Ordinal);
        Set(config, "model_cfg.vision_cfg.image_size", "100");
        Assert.Contains("image_size", Assert.Throws<InferenceException>(() => Read(folder, config)).Message, StringComparison.Ordinal);
    }

    /// <summary>Small enough to read, large enough that every example differs from it.</summary>
    static JsonObject Minimal() => (JsonObject)JsonNode.Parse("""{ "model_cfg": { "embed_dim": 32, "vision_cfg": {}, "text_cfg": {} } }""")!;

    static JsonObject With(string field, string value)
    {
        JsonObject config = Minimal();
        Set(config, field, value);
        return config;
    }

    static void Set(JsonObject config, string field, string value) => Parent(config, field, out string name)[name] = JsonNode.Parse(value);

    static JsonObject Parent(JsonObject config, string field, out string name)
    {
        string[] parts = field.Split('.');
        name = parts[^1];
        return parts[..^1].Aggregate(config, (parent, part) => (JsonObject)(parent[part] ??= new JsonObject()));
    }

    static string Read(TemporaryFolder folder, JsonObject config, ISet<string>? asked = null)
    {
        string path = folder.Write(OpenClipConfig.FileName, config.ToJsonString());
        ModelDescription model = OpenClipConfig.Read(path, _ => false, asked);
        object[] parts = [model.Vision!, model.Text!, model.Preprocessing!, model.LogitScale.ToString("R", CultureInfo.InvariantCulture), model.LogitBias];
        return string.Join('\n', parts.Select(p => p.GetType().Name + JsonSerializer.Serialize(p)));
    }

    static IEnumerable<Row> ReadTable()
    {
        foreach (string line in File.ReadLines(Path.Combine(TestData.Root, "docs", "models.md")))
        {
            string[] cells = [.. line.Split('|').Select(c => c.Trim().Trim('`'))];
            if (cells.Length >= 7 && (cells[1].StartsWith("model_cfg", StringComparison.Ordinal) || cells[1].StartsWith("preprocess_cfg", StringComparison.Ordinal)))
            {
                yield return new Row(cells[1], cells[2], cells[3], cells[4]);
            }
        }
    }

    sealed record Row(string Field, string Default, string Treatment, string Example);
}
