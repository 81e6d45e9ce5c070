using Apache.Arrow;
using Jammi.Sql.Types;

namespace Jammi.Data.Appending;

/// <summary>Values of the rarer types (intervals, lists, times with a zone), in the engine's object form.</summary>
sealed class ObjectAppendColumn(string name, SqlType type) : AppendColumn(name, type)
{
    const int BytesOfObject = 48;

    readonly List<object?> forms = [];

    public override long Bytes => (long)forms.Count * BytesOfObject;

    public override IArrowArray Build() => ColumnFactory.FromObjects(Type, forms.ToArray());

    public override void Clear()
    {
        base.Clear();
        forms.Clear();
    }

    protected override bool TryAdd(object value) => false;

    protected override void AddForm(object form)
    {
        forms.Add(form);
        Added();
    }

    protected override void AddEmpty() => forms.Add(null);
}
