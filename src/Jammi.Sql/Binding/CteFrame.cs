using Jammi.Sql.Plans;
using Jammi.Sql.Syntax.Ast;

namespace Jammi.Sql.Binding;

/// <summary>A name that WITH defines. Level is the scope level at which its plan was bound, so that outer references can be moved to where it is used.</summary>
internal sealed class CteEntry(string name, int level, LogicalPlan plan)
{
    public string Name => name;

    public int Level => level;

    public LogicalPlan Plan => plan;

    public bool Used { get; set; }

    /// <summary>Set where the name may not be used yet: what to tell the user.</summary>
    public string? Unusable { get; init; }
}

/// <summary>The tables that WITH makes visible, innermost first.</summary>
internal sealed class CteFrame(CteFrame? parent, CteEntry entry)
{
    public static CteEntry? Find(CteFrame? frame, string name)
    {
        for (; frame is not null; frame = frame.Parent)
        {
            if (string.Equals(frame.Entry.Name, name, StringComparison.OrdinalIgnoreCase))
            {
                return frame.Entry;
            }
        }

        return null;
    }

    public static IEnumerable<string> Names(CteFrame? frame)
    {
        for (; frame is not null; frame = frame.Parent)
        {
            yield return frame.Entry.Name;
        }
    }

    CteFrame? Parent => parent;

    CteEntry Entry => entry;
}
