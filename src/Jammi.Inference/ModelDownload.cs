namespace Jammi.Inference;

/// <summary>How far the download of a model is.</summary>
/// <param name="Model">The model's id.</param>
/// <param name="File">The file that is being downloaded.</param>
/// <param name="Done">Bytes that are there, over all files of the model.</param>
/// <param name="Total">Bytes of all files of the model.</param>
/// <param name="BytesPerSecond">The rate so far; 0 while unknown.</param>
public sealed record ModelDownload(string Model, string File, long Done, long Total, double BytesPerSecond);
