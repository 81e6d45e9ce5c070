using Jammi.Inference.Configuration;

namespace Jammi.Inference.Layouts;

/// <summary>
/// Fields that the transformers library writes into every <c>config.json</c> and that no embedding depends on: names, training, text generation.
/// </summary>
internal static class PretrainedFields
{
    static readonly string[] Names =
    [
        "_attn_implementation_autoset", "_commit_hash", "_name_or_path", "_num_labels", "add_cross_attention", "architectures", "auto_map", "bad_words_ids", "begin_suppress_tokens",
        "chunk_size_feed_forward", "cross_attention_hidden_size", "decoder_start_token_id", "diversity_penalty", "do_sample", "dtype", "early_stopping", "encoder_no_repeat_ngram_size",
        "exponential_decay_length_penalty", "finetuning_task", "forced_bos_token_id", "forced_eos_token_id", "id2label", "is_decoder", "is_encoder_decoder", "label2id", "length_penalty",
        "max_length", "min_length", "no_repeat_ngram_size", "num_beam_groups", "num_beams", "num_return_sequences", "output_attentions", "output_hidden_states", "output_scores", "prefix",
        "problem_type", "pruned_heads", "remove_invalid_values", "repetition_penalty", "return_dict", "return_dict_in_generate", "sep_token_id", "suppress_tokens", "task_specific_params",
        "temperature", "tf_legacy_loss", "tie_encoder_decoder", "tie_word_embeddings", "tokenizer_class", "top_k", "top_p", "torch_dtype", "torchscript", "transformers_version",
        "transformers.js_config", "typical_p", "use_bfloat16", "initializer_factor", "initializer_range", "attention_dropout", "dropout", "hidden_dropout", "gradient_checkpointing",
        "gradient_checkpointing_enable", "use_cache",
    ];

    public static void Accept(ConfigSection section) => section.Accept(Names);
}
