// Runs statements in a process of their own, whose memory a test can limit and measure: the first argument is the connection string, each other one a statement.
// The rows' first columns go to standard output.
using Jammi.Data;

using var connection = new JammiConnection(args[0]);
connection.Open();
foreach (string sql in args.Skip(1))
{
    using JammiCommand command = connection.CreateCommand();
    command.CommandText = sql;
    using JammiDataReader reader = command.ExecuteReader();
    while (reader.Read())
    {
        Console.WriteLine(reader.GetValue(0));
    }
}
