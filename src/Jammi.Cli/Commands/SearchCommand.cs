using System.CommandLine;
using Jammi.Data;

namespace Jammi.Cli.Commands;

/// <summary><c>jammi search source model "a red circle"</c></summary>
static class SearchCommand
{
    public static Command Create()
    {
        var source = new Argument<string>("source") { Description = "Table or view that was embedded." };
        var model = new Argument<string>("model") { Description = "Name or directory of the model." };
        var text = new Argument<string>("text") { Description = "What to look for." };
        var count = new Option<int>("--count", "-k") { Description = "Rows to show.", DefaultValueFactory = _ => 10 };
        var columns = new Option<string>("--columns", "-c") { Description = "Columns to show, separated by commas; * for all.", DefaultValueFactory = _ => "*" };
        var filter = new Option<string?>("--where", "-w") { Description = "SQL condition on the source's rows." };
        var connection = new ConnectionOptions();
        var command = new Command("search", "Finds the rows whose pictures are nearest to a text.") { source, model, text, count, columns, filter };
        connection.AddTo(command);
        command.SetAction(async (line, cancellation) =>
        {
            using JammiConnection open = connection.Open(line);
            using JammiCommand run = open.CreateCommand();
            string shown = line.GetValue(columns) is { } list and not "*" ? $"{list}, similarity" : "*";
            string condition = line.GetValue(filter) is { } where ? $", filter => {SqlText.Quote(where)}" : string.Empty;
            run.CommandText = $"SELECT {shown} FROM vector_search({SqlText.Quote(line.GetValue(source)!)}, encode_text_query({SqlText.Quote(line.GetValue(model)!)}, @text), @count{condition}) ORDER BY similarity DESC";
            run.Parameters.AddWithValue("text", line.GetValue(text)!);
            run.Parameters.AddWithValue("count", line.GetValue(count));
            await ResultTable.WriteAllAsync(run, cancellation);
            return 0;
        });
        return command;
    }
}
