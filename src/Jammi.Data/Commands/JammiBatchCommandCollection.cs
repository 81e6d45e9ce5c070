using System.Data.Common;

namespace Jammi.Data;

/// <summary>The commands of a batch, in the order in which they run.</summary>
public sealed class JammiBatchCommandCollection : DbBatchCommandCollection
{
    readonly List<JammiBatchCommand> items = [];

    internal JammiBatchCommandCollection()
    {
    }

    /// <inheritdoc/>
    public override int Count => items.Count;

    /// <inheritdoc/>
    public override bool IsReadOnly => false;

    /// <summary>The command at a position.</summary>
    public new JammiBatchCommand this[int index]
    {
        get => items[index];
        set => items[index] = value ?? throw new ArgumentNullException(nameof(value));
    }

    /// <summary>Adds a command.</summary>
    public JammiBatchCommand Add(string commandText)
    {
        var command = new JammiBatchCommand(commandText);
        items.Add(command);
        return command;
    }

    /// <inheritdoc/>
    public override void Add(DbBatchCommand item) => items.Add(Cast(item));

    /// <inheritdoc/>
    public override void Clear() => items.Clear();

    /// <inheritdoc/>
    public override bool Contains(DbBatchCommand item) => IndexOf(item) >= 0;

    /// <inheritdoc/>
    public override void CopyTo(DbBatchCommand[] array, int arrayIndex)
    {
        ArgumentNullException.ThrowIfNull(array);
        for (int i = 0; i < items.Count; i++)
        {
            array[arrayIndex + i] = items[i];
        }
    }

    /// <inheritdoc/>
    public override IEnumerator<DbBatchCommand> GetEnumerator() => items.GetEnumerator();

    /// <inheritdoc/>
    public override int IndexOf(DbBatchCommand item) => item is JammiBatchCommand command ? items.IndexOf(command) : -1;

    /// <inheritdoc/>
    public override void Insert(int index, DbBatchCommand item) => items.Insert(index, Cast(item));

    /// <inheritdoc/>
    public override bool Remove(DbBatchCommand item) => item is JammiBatchCommand command && items.Remove(command);

    /// <inheritdoc/>
    public override void RemoveAt(int index) => items.RemoveAt(index);

    /// <inheritdoc/>
    protected override DbBatchCommand GetBatchCommand(int index) => items[index];

    /// <inheritdoc/>
    protected override void SetBatchCommand(int index, DbBatchCommand batchCommand) => items[index] = Cast(batchCommand);

    static JammiBatchCommand Cast(DbBatchCommand? command) => command switch
    {
        null => throw new ArgumentNullException(nameof(command)),
        JammiBatchCommand own => own,
        _ => throw new InvalidCastException($"A JammiBatchCommand is expected, not {command.GetType().Name}."),
    };
}
