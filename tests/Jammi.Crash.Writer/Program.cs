// Commits the series of Workload to the database named by the first argument, as fast as it can and until it is killed.
// Every line on standard output acknowledges a commit; the semicolon ends it, so that a line cut short is recognised.
using Jammi.Crash.Writer;
using Jammi.Sql.Storage;

using Database database = Database.Open(args[0], new DatabaseOptions());
using Stream output = Console.OpenStandardOutput();
while (true)
{
    output.Write(System.Text.Encoding.ASCII.GetBytes($"{Workload.Step(database)};\n"));
    output.Flush();
}
