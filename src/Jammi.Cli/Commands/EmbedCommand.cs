using System.CommandLine;
using Jammi.Data;

namespace Jammi.Cli.Commands;

/// <summary><c>jammi embed source model column key</c></summary>
static class EmbedCommand
{
    public static Command Create()
    {
        var source = new Argument<string>("source") { Description = "Table or view." };
        var model = new Argument<string>("model") { Description = "Name or directory of the model." };
        var column = new Argument<string>("column") { Description = "Column with pictures (BLOB, or TEXT paths), or with texts." };
        var key = new Argument<string>("key") { Description = "Key column." };
        var text = new Option<bool>("--text") { Description = "The column holds texts, not pictures." };
        var precision = new Option<string>("--precision") { Description = "fp32; fp16, stored in half the space; or int8, computed with eight-bit weights.", DefaultValueFactory = _ => "fp32" };
        precision.AcceptOnlyFromAmong("fp32", "fp16", "int8");
        var decode = new Option<string>("--decode") { Description = "exact, or fast: large JPEGs are decoded at a fraction of their size.", DefaultValueFactory = _ => "exact" };
        decode.AcceptOnlyFromAmong("exact", "fast");
        var refresh = new Option<bool>("--refresh") { Description = "Embeds every row anew." };
        var connection = new ConnectionOptions();
        var command = new Command("embed", "Embeds a column of a source; rows that are embedded already are reused.") { source, model, column, key, text, precision, decode, refresh };
        connection.AddTo(command);
        command.SetAction(async (line, cancellation) =>
        {
            using JammiConnection open = connection.Open(line);
            (string from, string with, string what, string by) = (line.GetValue(source)!, line.GetValue(model)!, line.GetValue(column)!, line.GetValue(key)!);
            Task<JammiEmbeddingResult> Run() => line.GetValue(text)
                ? open.GenerateTextEmbeddingsAsync(from, with, what, by, line.GetValue(refresh), line.GetValue(precision)!, cancellation)
                : open.GenerateImageEmbeddingsAsync(from, with, what, by, line.GetValue(refresh), line.GetValue(precision)!, line.GetValue(decode)!, cancellation);
            JammiEmbeddingResult result = await ProgressBar.RunAsync(open, $"Embedding {from}", Run);
            Console.WriteLine($"{result.EmbeddingTable}: {result.Embedded} embedded, {result.Reused} reused, {result.Failed} failed, {result.Elapsed.TotalSeconds:0.0} s");
            return result.Failed == 0 ? 0 : 2;
        });
        return command;
    }
}
