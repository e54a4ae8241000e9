package io.rdsboot.autoconfigure.vector;

import org.jspecify.annotations.Nullable;

/**
 * Texts of a vector repository, which an embedding model makes vectors of.
 */
public class TextRepositoryProperties {

	/**
	 * Whether there is a TextRepository over the repository. Needs a TextEmbedder, or an
	 * EmbeddingModel of Spring AI or LangChain4j.
	 */
	private boolean enabled;

	/**
	 * Name of the bean of the embedding model. By default the only one, or the primary
	 * one.
	 */
	private @Nullable String embeddingModel;

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public @Nullable String getEmbeddingModel() {
		return this.embeddingModel;
	}

	public void setEmbeddingModel(@Nullable String embeddingModel) {
		this.embeddingModel = embeddingModel;
	}

}
