package io.rdsboot.vector.text;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when an embedding model fails, or returns something that is no vector of the
 * column. Nothing has been stored then of the records that it names.
 */
@SuppressWarnings("serial") // the ids are of serializable types, in serializable lists
public class EmbeddingException extends RuntimeException {

	private final String model;

	private final List<Object> ids;

	/**
	 * Create an exception.
	 * @param message what failed
	 * @param model the {@linkplain TextEmbedder#model() name} of the model
	 * @param ids ids of the records that were to be embedded, empty for a search
	 * @param cause what the model threw, or {@code null} if it has returned something
	 */
	public EmbeddingException(String message, String model, List<?> ids, @Nullable Throwable cause) {
		super(message, cause);
		this.model = model;
		this.ids = List.copyOf(ids);
	}

	/**
	 * Return the name of the model.
	 * @return the name
	 */
	public String getModel() {
		return this.model;
	}

	/**
	 * Return the ids of the records that have no vector now: of one record if its vector
	 * is wrong, else of all that the model was asked for together.
	 * @return the ids, empty if the text was one to search for
	 */
	public List<Object> getIds() {
		return this.ids;
	}

}
