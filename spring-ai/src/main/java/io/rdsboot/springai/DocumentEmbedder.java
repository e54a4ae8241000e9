package io.rdsboot.springai;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.BatchingStrategy;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingOptions;

/**
 * Lets the model make the vectors, and checks that it has made what the table holds.
 * Dimensions are checked with each vector, not at start: most models would call their
 * server to tell theirs.
 */
final class DocumentEmbedder {

	private final EmbeddingModel model;

	private final BatchingStrategy batchingStrategy;

	private final VectorTable table;

	DocumentEmbedder(EmbeddingModel model, BatchingStrategy batchingStrategy, VectorTable table) {
		this.model = model;
		this.batchingStrategy = batchingStrategy;
		this.table = table;
	}

	/**
	 * Return the vectors of documents, in their order.
	 * @throws IllegalStateException if the model returns something else than one vector
	 * of the table's dimensions for each document. What the model throws comes through as
	 * it is, because its type tells whether to try again; a suppressed exception tells
	 * for which documents it was asked
	 */
	List<float[]> embed(List<Document> documents) {
		List<float[]> vectors = new ArrayList<>(documents.size());
		for (List<Document> batch : batches(documents)) {
			if (batch.isEmpty()) {
				continue;
			}
			List<float[]> made = embedBatch(batch);
			for (int i = 0; i < batch.size(); i++) {
				Document document = batch.get(i);
				vectors.add(checked((i < made.size()) ? made.get(i) : null,
						() -> "document '%s'".formatted(document.getId())));
			}
		}
		if (vectors.size() != documents.size()) {
			throw new IllegalStateException("Batching strategy %s made batches of %d documents of %d"
				.formatted(this.batchingStrategy.getClass().getName(), vectors.size(), documents.size()));
		}
		return vectors;
	}

	private List<List<Document>> batches(List<Document> documents) {
		try {
			return this.batchingStrategy.batch(documents);
		}
		catch (RuntimeException ex) {
			ex.addSuppressed(new IllegalStateException(
					"Nothing was stored in vector table %s: %s".formatted(this.table, refused(documents))));
			throw ex;
		}
	}

	/**
	 * Spring AI's strategy does not say which document has too many tokens.
	 */
	private String refused(List<Document> documents) {
		for (Document document : documents) {
			try {
				this.batchingStrategy.batch(List.of(document));
			}
			catch (RuntimeException ex) {
				return "the batching strategy refuses document '%s' with %d characters".formatted(document.getId(),
						String.valueOf(document.getText()).length());
			}
		}
		return "the batching strategy refuses the documents together";
	}

	private List<float[]> embedBatch(List<Document> batch) {
		try {
			return this.model.embed(batch, EmbeddingOptions.builder().build(), List::of);
		}
		catch (RuntimeException ex) {
			ex.addSuppressed(new IllegalStateException(
					"Nothing was stored in vector table %s: the embedding model was asked for the vectors of %d documents, '%s' to '%s'"
						.formatted(this.table, batch.size(), batch.get(0).getId(),
								batch.get(batch.size() - 1).getId())));
			throw ex;
		}
	}

	/**
	 * Return the vector of what is searched for.
	 */
	float[] embed(String query) {
		return checked(this.model.embed(query), () -> "the query");
	}

	private float[] checked(float @Nullable [] vector, Supplier<String> what) {
		VectorColumn column = this.table.embedding();
		if (vector == null || vector.length != column.dimensions()) {
			throw new IllegalStateException(
					"Embedding model %s made %s for %s, but column %s of vector table %s holds %d: use the model that the rows were embedded with, or declare the model's dimensions for a new table"
						.formatted(this.model.getClass().getName(),
								(vector != null) ? "a vector of %d dimensions".formatted(vector.length) : "no vector",
								what.get(), column.name(), this.table, column.dimensions()));
		}
		return vector;
	}

}
