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
        var connection = new ConnectionOptions();
        var command = new Command("embed", "Embeds a column of a source; rows that are embedded already are reused.") { source, model, column, key, text };
        connection.AddTo(command);
        command.SetAction(async (line, cancellation) =>
        {
            using JammiConnection open = connection.Open(line);
            using JammiCommand run = open.CreateCommand();
            string function = line.GetValue(text) ? "generate_text_embeddings" : "generate_image_embeddings";
            run.CommandText = $"SELECT * FROM {function}({SqlText.Quote(line.GetValue(source)!)}, {SqlText.Quote(line.GetValue(model)!)}, {SqlText.Quote(line.GetValue(column)!)}, {SqlText.Quote(line.GetValue(key)!)})";
            using JammiDataReader result = await ProgressBar.RunAsync(open, $"Embedding {line.GetValue(source)}", async () => (JammiDataReader)await run.ExecuteReaderAsync(cancellation));
            await result.ReadAsync(cancellation);
            Console.WriteLine($"{result["embedding_table"]}: {result["embedded"]} embedded, {result["reused"]} reused, {result["failed"]} failed, {result.GetDouble(result.GetOrdinal("seconds")):0.0} s");
            return (long)result["failed"] == 0 ? 0 : 2;
        });
        return command;
    }
}
