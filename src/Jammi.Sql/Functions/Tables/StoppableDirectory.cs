using Microsoft.Extensions.FileSystemGlobbing.Abstractions;

namespace Jammi.Sql.Functions.Tables;

/// <summary>A directory as a glob sees it; the search of a large tree ends when it is cancelled.</summary>
internal sealed class StoppableDirectory(DirectoryInfoBase inner, CancellationToken cancellation) : DirectoryInfoBase
{
    public override string Name => inner.Name;

    public override string FullName => inner.FullName;

    public override DirectoryInfoBase? ParentDirectory => inner.ParentDirectory;

    public override IEnumerable<FileSystemInfoBase> EnumerateFileSystemInfos()
    {
        foreach (FileSystemInfoBase entry in inner.EnumerateFileSystemInfos())
        {
            cancellation.ThrowIfCancellationRequested();
            yield return entry is DirectoryInfoBase directory ? new StoppableDirectory(directory, cancellation) : entry;
        }
    }

    public override DirectoryInfoBase? GetDirectory(string path) => inner.GetDirectory(path) is { } found ? new StoppableDirectory(found, cancellation) : null;

    public override FileInfoBase? GetFile(string path) => inner.GetFile(path);
}
