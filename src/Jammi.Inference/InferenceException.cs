namespace Jammi.Inference;

/// <summary>What kind of thing went wrong, and so whose move it is.</summary>
public enum InferenceError
{
    /// <summary>A picture or text handed in cannot be used.</summary>
    InvalidInput,

    /// <summary>No model folder or file was found where it was looked for.</summary>
    ModelNotFound,

    /// <summary>A file of the model is damaged or contradicts another one.</summary>
    InvalidModel,

    /// <summary>The model is sound, but uses something Jammi does not run.</summary>
    NotSupported,

    /// <summary>A model could not be fetched: network, permission, a damaged transfer or a full disk.</summary>
    DownloadFailed,

    /// <summary>A fault in Jammi itself.</summary>
    Internal,
}

/// <summary>An error of loading or running a model.</summary>
public sealed class InferenceException : Exception
{
    /// <summary>Creates an error.</summary>
    /// <param name="error">The kind of error.</param>
    /// <param name="message">What was wrong, where, and what to do.</param>
    /// <param name="inner">The exception that led to this one, if any.</param>
    public InferenceException(InferenceError error, string message, Exception? inner = null)
        : base(message, inner) => Error = error;

    /// <summary>The kind of error.</summary>
    public InferenceError Error { get; }
}
