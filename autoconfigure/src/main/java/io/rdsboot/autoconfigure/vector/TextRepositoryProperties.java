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

	private final Next next = new Next();

	public Next getNext() {
		return this.next;
	}

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

	/**
	 * Embedding model that takes the place of the present one.
	 */
	public static class Next {

		/**
		 * Further vector column of the repository that the next model fills. Searches use
		 * it once every row has a vector in it.
		 */
		private @Nullable String column;

		/**
		 * Name of the bean of the next embedding model.
		 */
		private @Nullable String embeddingModel;

		/**
		 * Number of texts that the next model is given at once.
		 */
		private int batchSize = 64;

		public @Nullable String getColumn() {
			return this.column;
		}

		public void setColumn(@Nullable String column) {
			this.column = column;
		}

		public @Nullable String getEmbeddingModel() {
			return this.embeddingModel;
		}

		public void setEmbeddingModel(@Nullable String embeddingModel) {
			this.embeddingModel = embeddingModel;
		}

		public int getBatchSize() {
			return this.batchSize;
		}

		public void setBatchSize(int batchSize) {
			this.batchSize = batchSize;
		}

	}

}
