using System.Reflection;
using System.Text.RegularExpressions;
using Jammi.Inference;
using Jammi.Sql;

namespace Jammi.Data.Tests.Architecture;

/// <summary>Dependencies point one way: the provider knows the engine and the models; these two do not know each other.</summary>
public partial class DependencyTests
{
    static readonly Assembly Provider = typeof(JammiConnection).Assembly;
    static readonly Assembly Engine = typeof(Session).Assembly;
    static readonly Assembly Models = typeof(IEmbeddingModel).Assembly;

    [Fact]
    public void The_engine_references_neither_models_nor_the_provider() =>
        Assert.DoesNotContain(References(Engine), name => name.StartsWith("Jammi", StringComparison.Ordinal) || name.Contains("Onnx", StringComparison.Ordinal) || name.Contains("Tokenizers", StringComparison.Ordinal));

    [Fact]
    public void Models_reference_neither_the_engine_nor_Arrow() =>
        Assert.DoesNotContain(References(Models), name => name.StartsWith("Jammi", StringComparison.Ordinal) || name.StartsWith("Apache.Arrow", StringComparison.Ordinal) || name == "Irony");

    [Fact]
    public void The_provider_references_both()
    {
        Assert.Contains("Jammi.Sql", References(Provider));
        Assert.Contains("Jammi.Inference", References(Provider));
    }

    [Fact]
    public void The_engines_source_has_no_word_of_models()
    {
        IEnumerable<string> sources = Directory.EnumerateFiles(Path.Combine(TestFiles.SourceTree, "src", "Jammi.Sql"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal));
        Assert.DoesNotContain(sources, file => ModelWords().IsMatch(File.ReadAllText(file)));
    }

    [Fact]
    public void The_engine_shows_users_nothing() => Assert.Empty(Engine.GetExportedTypes());

    static IEnumerable<string> References(Assembly assembly) => assembly.GetReferencedAssemblies().Select(name => name.Name!);

    [GeneratedRegex("onnx|open_?clip|safetensors|tokenizer", RegexOptions.IgnoreCase)]
    private static partial Regex ModelWords();
}
