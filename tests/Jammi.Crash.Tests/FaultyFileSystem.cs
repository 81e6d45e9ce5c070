using Jammi.Sql.Storage;

namespace Jammi.Crash.Tests;

/// <summary>
/// A file system in which one step goes wrong. Either the machine stops there: no later step happens either, and renames and deletions whose
/// directory was not flushed may be undone. Or the step fails and what follows works, as on a disk that was full for a moment.
/// A file is written in two steps (a part of it; all of it), a rename and the flush of a directory fail before or after they have happened.
/// </summary>
/// <param name="step">The number of the step that goes wrong, from 0.</param>
/// <param name="stops">Whether nothing happens after it.</param>
internal sealed class FaultyFileSystem(int step, bool stops, Random random) : FileSystem, IDisposable
{
    readonly DirectoryInfo graveyard = Directory.CreateTempSubdirectory("jammi-graveyard-");
    readonly List<(string From, string To)> unflushed = [];
    int steps;

    /// <summary>Whether the step has come.</summary>
    public bool HasFailed => steps > step;

    public void Dispose() => graveyard.Delete(recursive: true);

    public override void WriteFile(string path, Action<Stream> write)
    {
        using var content = new MemoryStream();
        write(content);
        byte[] bytes = content.ToArray();
        if (Fails())
        {
            if (steps == step + 1)
            {
                File.WriteAllBytes(path, bytes[..random.Next(bytes.Length)]);
            }

            throw Fault("write", path);
        }

        File.WriteAllBytes(path, bytes);
        FailAfter("flush", path);
    }

    public override void Publish(string from, string to)
    {
        FailBefore("rename", from);
        base.Publish(from, to);
        unflushed.Add((from, to));
        FailAfter("rename", from);
    }

    public override void SyncDirectory(string path)
    {
        FailBefore("flush", path);
        unflushed.RemoveAll(move => Path.GetDirectoryName(move.To) == path || Path.GetDirectoryName(move.From) == path);
        FailAfter("flush", path);
    }

    public override void Delete(string path)
    {
        FailBefore("delete", path);
        if (File.Exists(path))
        {
            string grave = Path.Combine(graveyard.FullName, Guid.NewGuid().ToString("N"));
            File.Move(path, grave);
            unflushed.Add((path, grave));
        }
    }

    /// <summary>What the machine finds when it starts again: some of the moves that were not flushed did not happen.</summary>
    public void Restart()
    {
        for (int i = unflushed.Count - 1; i >= 0; i--)
        {
            (string from, string to) = unflushed[i];
            if (random.Next(2) == 0 && File.Exists(to) && !File.Exists(from))
            {
                File.Move(to, from);
            }
        }
    }

    void FailBefore(string operation, string path)
    {
        if (Fails())
        {
            throw Fault(operation, path);
        }
    }

    void FailAfter(string operation, string path) => FailBefore(operation, path);

    bool Fails()
    {
        int now = steps++;
        return now == step || (stops && now > step);
    }

    static IOException Fault(string operation, string path) => new($"No {operation} of {Path.GetFileName(path)}: there is no space left.");
}
