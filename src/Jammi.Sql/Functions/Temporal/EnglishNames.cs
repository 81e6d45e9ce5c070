namespace Jammi.Sql.Functions.Temporal;

/// <summary>English names of days and months.</summary>
internal static class EnglishNames
{
    public static readonly string[] Days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

    public static readonly string[] Months = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
}
